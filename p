{"risk":{"default":"low"},"route":{"threshold":0.936}}
