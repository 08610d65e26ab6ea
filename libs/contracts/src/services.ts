/** The lower-level services. Every list of them derives from this one; a new service begins here. */
export const SERVICES = ['order', 'customer', 'catalog'] as const;

/** The name of a lower-level service, which takes part in sagas. */
export type ServiceName = (typeof SERVICES)[number];

/** Every API that has a contract: those of the services, and the orchestrator's. */
export const API_NAMES = [...SERVICES, 'orchestrator'] as const;

export type ApiName = (typeof API_NAMES)[number];
