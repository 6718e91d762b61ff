import { isNativeError } from 'node:util/types';

/** Whether fetch failed because the connection was refused or cut. Its errors are not of the realm that jest makes. */
export const isNoAnswer = (error: unknown): boolean => isNativeError(error) && error.name === 'TypeError';
