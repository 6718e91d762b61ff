import { validate } from 'uuid';

/** Ids in paths that are no UUID name nothing: they are answered like unknown ones. */
export const isUuid = (text: string): boolean => validate(text);
