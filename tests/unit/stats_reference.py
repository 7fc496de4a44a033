# The figures of stats_test.c, test_measures: numpy 1.24, scipy 1.10, scikit-learn 1.2.
import numpy as np
from sklearn.metrics import roc_auc_score, brier_score_loss, log_loss
def lcg(n):
    x=12345; out=[]
    for _ in range(n):
        x=(x*1103515245+12345)%2**31; out.append(x/2**31)
    return np.array(out)
u=lcg(4000); c=np.round(0.4+0.6*u[:2000],2); y=(u[2000:]<c**1.5).astype(int)
print('auroc %.15g'%roc_auc_score(y,c)); print('brier %.15g'%brier_score_loss(y,c)); 
print('log_loss %.15g'%log_loss(y,np.clip(c,1e-15,1-1e-15)))
def ece(nb):
    e=np.arange(nb+1)/nb; idx=np.clip(np.searchsorted(e,c,side='left')-1,0,nb-1); s=0;m=0
    for b in range(nb):
        k=idx==b
        if k.any(): g=abs(y[k].mean()-c[k].mean()); s+=k.mean()*g; m=max(m,g)
    return s,m
print('ece10 %.15g mce %.15g'%ece(10)); print('ece15 %.15g'%ece(15)[0])
# murphy on distinct values
rel=res=0
for v in np.unique(c):
    k=c==v; rel+=k.mean()*(v-y[k].mean())**2; res+=k.mean()*(y[k].mean()-y.mean())**2
print('rel %.15g res %.15g unc %.15g'%(rel,res,y.mean()*(1-y.mean())))
# DeLong
x=c[y==1]; z=c[y==0]
v10=np.array([((z<a).sum()+.5*(z==a).sum())/len(z) for a in x]); v01=np.array([((x>b).sum()+.5*(x==b).sum())/len(x) for b in z])
a=v10.mean(); se=np.sqrt(v10.var(ddof=1)/len(x)+v01.var(ddof=1)/len(z)); print('delong %.15g %.15g'%(a-1.959963984540054*se,a+1.959963984540054*se))
# AURC: ties averaged over orders
o=np.argsort(-c,kind='stable'); cs=c[o]; e=(1-y)[o]; cum=0; tot=0; i=0; n=len(c)
while i<n:
    j=i
    while j<n and cs[j]==cs[i]: j+=1
    r=e[i:j].mean()
    for k in range(i,j): tot+=(cum+r*(k+1-i))/(k+1)
    cum+=e[i:j].sum(); i=j
E_=e.sum(); orc=sum((k+1-(n-E_))/(k+1) for k in range(n-E_,n))
print('aurc %.15g eaurc %.15g'%(tot/n,(tot-orc)/n), 'n',n,'right',y.sum())
idx=np.arange(n)
# mass: 15 runs, a tie belongs to the run of its first record
run=np.zeros(n,int); i=0
while i<n:
    j=i
    while j<n and cs[j]==cs[i]: j+=1
    run[i:j]=i*15//n; i=j
ys=y[o]; print('mass %.15g'%sum((run==b).mean()*abs(ys[run==b].mean()-cs[run==b].mean()) for b in range(15) if (run==b).any()))
from scipy import stats
# a mean within a range: t's bound with m more values at that end, which count m times
from math import sqrt, log, log1p
from scipy.optimize import brentq
m_of=lambda level: brentq(lambda m: m+stats.norm.ppf(.5+level/2)*sqrt(m)+log1p(-level),0,20,xtol=1e-14)
def bound(x,end,side,level=.95):
    x=np.array(x,float); w=np.append(np.ones(len(x)),m_of(level)); x=np.append(x,end); n=w.sum()
    mean=np.average(x,weights=w); var=(w*(x-mean)**2).sum()/(n-1)
    b=mean+side*stats.t.ppf(.5+level/2,n-1)*sqrt(var/n); return max(b,end) if side<0 else min(b,end)
def within(name,x,lo,hi,level=.95): print(name,'%.12f %.12f'%(bound(x,lo,-1,level),bound(x,hi,1,level)))
within('brier int',(c-y)**2,0,1); q=np.clip(c,1e-15,1-1e-15); within('log loss int',-np.log(np.where(y==1,q,1-q)),0,-np.log(np.minimum(q,1-q).min()))
# for stats_interval_test.c
within('mean ten 3',[3]*10,1,5); within('two 3',[3]*2,1,5); within('thirty 5',[5]*30,1,5); within('skewed',[.01]*50+[.81],0,1); within('ratings',[4,5,3,5,4,4,2,5,5,1,4,3],1,5,.9)
print('costs %.12f'%bound([.01]*200,0,-1))
kl=lambda p,q: (p*log(p/q) if p>0 else 0)+((1-p)*log((1-p)/(1-q)) if p<1 else 0)
print('entropy',*['%.12f'%brentq(lambda q:kl(p,q)*n-log(40),a,b,xtol=1e-14) for p,n,a,b in ((.5,20,1e-9,.5),(.5,20,.5,1-1e-9),(.9,7,1e-9,.9),(.9,7,.9,1-1e-9))])
# Spiegelhalter's z, by its definition
from scipy.stats import norm
z=((y-c)*(1-2*c)).sum()/np.sqrt(((1-2*c)**2*c*(1-c)).sum()); print('spiegelhalter %.15g p %.15g'%(z,2*norm.sf(abs(z))))
