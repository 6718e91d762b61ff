import { describeFaults } from './describe-faults.js';

describeFaults('postgres-s3');
