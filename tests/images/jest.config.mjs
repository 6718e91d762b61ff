// Run by scripts/images/test.sh, which builds the images and provides the services.
import everything from '../../jest.config.mjs';

const unit = everything.projects.find((project) => project.displayName === 'unit');

export default {
  testTimeout: everything.testTimeout,
  projects: [{ ...unit, displayName: 'images', testMatch: ['<rootDir>/tests/images/**/*.spec.ts'] }],
};
