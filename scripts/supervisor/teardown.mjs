/** What has to be undone, last things first. Each step is tried, whatever becomes of the others. */
export class Teardown {
  #steps = [];

  /** @param step function, async or not */
  add(step) {
    this.#steps.push(step);
  }

  async run() {
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        console.error(error);
        process.exitCode = 1;
      }
    }
    this.#steps = [];
  }
}
