/** Why nothing was started: one sentence that says what to do about it. */
export class Refusal extends Error {}
