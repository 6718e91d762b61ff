import { lazyRouteComponent } from '@tanstack/react-router';
import { Unreachable } from './api/problem';
import { reach } from './api/session';
import { isOpen } from './uploads/item';
import { uploads } from './uploads/use-uploads';

/**
 * A page whose script is fetched when somebody goes there. That it is gone, as after an upgrade, is mended by the router,
 * which loads the whole console anew, once. Neither a server that is away nor an upload under way may end so.
 */
export const page = <Module extends Record<string, unknown>, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
) =>
  lazyRouteComponent(
    () =>
      load().catch(async (error: unknown) => {
        const { ok } = await reach('/app/');
        if (!ok) throw new Unreachable('the server cannot be reached', { cause: error });
        if (uploads.current().items.some(isOpen)) throw new Error('this page is of an older version', { cause: error });
        throw error;
      }),
    name,
  );
