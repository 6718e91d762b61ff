import { TestEnvironment } from 'jest-environment-node';

/** Node, and a flag that says whether a test of this file has failed: then logs are worth showing. */
export default class StackTestEnvironment extends TestEnvironment {
  handleTestEvent({ name }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.global.aTestHasFailed = true;
  }
}
