import { getContract, SERVICES } from '@bff/contracts';
import type { Operation, ServiceName } from '@bff/contracts';

/** The operation that matches a path. */
export interface Found {
  readonly operation: Operation;
  /** The path parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

interface Route {
  readonly operation: Operation;
  readonly pattern: RegExp;
}

const routes = new Map<ServiceName, readonly Route[]>();

/** The operation of a service that matches; undefined when there is none, or when the path cannot be decoded. */
export function findOperation(service: ServiceName, method: string, path: string): Found | undefined {
  if (!canDecode(path)) return undefined;
  // A slash, a question mark and the like that are encoded stay so until the parameters are cut out.
  const decoded = decodeURI(path.replaceAll('%25', '%2525'));
  for (const { operation, pattern } of getRoutes(service)) {
    const match = operation.method === method ? pattern.exec(decoded) : null;
    if (!match) continue;
    const parameters = Object.entries(match.groups ?? {});
    return { operation, path: Object.fromEntries(parameters.map(([name, text]) => [name, decodeURIComponent(text)])) };
  }
  return undefined;
}

/** False for a path with an invalid percent-encoding. */
export function canDecode(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** The maximum length of a path that is compared, in characters. */
const MAX_COMPARED = 200;

/** Describes the operation that is nearest to an unknown path, and how the two differ. */
export function describeNearest(service: ServiceName, method: string, whole: string): string {
  // The comparison takes time proportional to the product of the lengths, and no operation is longer than this.
  const path = whole.length > MAX_COMPARED ? `${whole.slice(0, MAX_COMPARED)}...` : whole;
  const candidates = SERVICES.flatMap((name) =>
    getRoutes(name).map(({ operation }) => ({
      text: `${name}.${operation.id}`,
      address: `${operation.method} ${operation.path}`,
      distance:
        computeDistance(`${method} ${path}`, `${operation.method} ${fillTemplate(operation, path)}`) +
        Number(name !== service),
    })),
  );
  const [nearest] = candidates.sort((a, b) => a.distance - b.distance);
  if (!nearest) return '';
  return `The nearest operation is ${nearest.text}:\n  - ${method} ${path}\n  + ${nearest.address}`;
}

function getRoutes(service: ServiceName): readonly Route[] {
  let known = routes.get(service);
  if (!known) {
    known = [...getContract(service).operations.values()].map((operation) => ({
      operation,
      pattern: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
    }));
    routes.set(service, known);
  }
  return known;
}

/** A template with its parameters taken from the path, where both have a segment at that place. */
function fillTemplate(operation: Operation, path: string): string {
  const segments = path.split('/');
  return operation.path
    .split('/')
    .map((segment, index) => (segment.startsWith('{') ? (segments[index] ?? segment) : segment))
    .join('/');
}

/** The Levenshtein distance of two texts. */
function computeDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + Number(letter !== other)));
    row = next;
  }
  return row[b.length] ?? 0;
}
