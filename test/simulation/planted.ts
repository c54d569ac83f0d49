/**
 * Mistakes that can be planted in the simulated installation, each of a kind that real systems of this sort have made.
 * The simulation must find every one of them, or its silence about the right protocol would mean nothing.
 */
export const PLANTED = {
  'commit-without-compare': 'a transition is written whatever revision the case has by now',
  'answer-kept-later': 'the answer is kept in a statement of its own, after the transition',
  'intent-written-later': 'the message is written in a statement of its own, after the transition',
  'answer-made-anew': 'a repeated command is answered from the case as it is now',
  'key-of-everybody': 'idempotency keys are not kept apart by principal',
  'due-without-compare': 'a due case is claimed without a lock and written without comparing revisions',
  'due-by-own-clock': 'a worker decides what is due by its own clock, which is fast',
  'claim-without-lease': 'a claimed message is never due again, whatever becomes of its worker',
  'settle-without-fence': 'whoever comes back late writes over what another worker did meanwhile',
  'send-before-claim': 'a mail is sent before the attempt is on record',
  'newer-first': 'a newer message does not wait for an older one under way',
  'doubt-forgotten': 'a message that may have arrived is covered by the next instead of sent again',
  'doubt-wiped': 'a try that certainly failed wipes the doubt about the one before it',
  'doubt-renamed': 'a message that may have arrived is sent again under another name',
  'cover-too-much': 'a message that is delivered covers newer ones too',
  'clock-goes-back': 'an event is stamped by a clock that can be behind the last event',
} as const;

export type Planted = keyof typeof PLANTED;
export const PLANTED_NAMES = Object.keys(PLANTED) as Planted[];
