/*
 * The end by a signal (SIGINT, SIGTERM, SIGHUP, SIGPIPE): what must be done
 * before it is done first, and then the program dies of the signal, as its
 * parent expects.
 *
 * Signals are for the main thread: the others block them.
 */
#ifndef HITL_BASE_ENDING_H
#define HITL_BASE_ENDING_H

/* Once, at the start; signals that are ignored stay so. */
void ending_prepare(void);

/* What such a signal does; for another handler of it. */
void ending_take(int signum);

/* To be called at such an end; it may do what signal-safety(7) allows. */
void ending_add(void (*)(void));

/*
 * Between these the end waits, if something would be left half done; a
 * second signal does not.  They nest.
 */
void ending_hold(void);
void ending_release(void);

/* The signal that waits; 0: none. */
int ending_signal(void);

#endif
