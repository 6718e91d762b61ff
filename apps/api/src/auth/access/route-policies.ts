import { Injectable, RequestMethod, type OnApplicationBootstrap } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { ACCESS, ACCESS_LEVELS, type AccessRule } from '../../http/access.js';

/** A class or a method, as Nest's reflection takes them. */
type Target = NonNullable<InstanceWrapper['metatype']>;

/** A route and who may call it. */
export interface RoutePolicy {
  method: string;
  /** As in /assets/:id. */
  path: string;
  /** Class and method. */
  handler: string;
  access: AccessRule | undefined;
}

/** Knows every route of the running application, and lets none start that does not say who may call it. */
@Injectable()
export class RoutePolicies implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error naming the routes without @Access */
  onApplicationBootstrap(): void {
    const silent = this.list().filter(({ access }) => access === undefined);
    if (silent.length === 0) return;
    const names = silent.map(({ method, path, handler }) => `${method} ${path} (${handler})`).join(', ');
    const levels = ACCESS_LEVELS.map((level) => `'${level}'`).join(' | ');
    throw new Error(`Who may call ${names}? Add @Access(${levels}) to the method or its class.`);
  }

  list(): RoutePolicy[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => (metatype ? this.routesOf(metatype) : []));
  }

  private routesOf(controller: Target): RoutePolicy[] {
    const prototype = controller.prototype as object;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler: unknown = Reflect.get(prototype, name);
      if (typeof handler !== 'function') return [];
      const method = this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
      if (method === undefined) return [];
      const access = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [handler, controller]);
      return this.paths(controller, handler).map((path) => ({
        method: RequestMethod[method],
        path,
        handler: `${controller.name}.${name}`,
        access,
      }));
    });
  }

  private paths(controller: Target, handler: Target): string[] {
    const [prefixes, suffixes] = [controller, handler].map((target) =>
      [this.reflector.get<string | string[]>(PATH_METADATA, target)].flat(),
    );
    return (prefixes ?? []).flatMap((prefix) => (suffixes ?? []).map((suffix) => join(prefix, suffix)));
  }
}

const join = (...parts: string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
