interface Part {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
  readonly extensions?: unknown;
  readonly path?: unknown;
  readonly incremental?: readonly Part[];
}

/** A response without what is chance: the order of errors and of deferred parts, and `retryAfterMs`. */
export async function toComparableResponse(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type');
  const text = (await response.text()).replaceAll(/"retryAfterMs":\d+/g, '"retryAfterMs":0').trimEnd();
  const { status } = response;
  if (type?.startsWith('multipart/') !== true) return { status, type, ...toComparablePart(parsePart(text)) };
  const parts = text
    .split(/\r\n---(?:--)?(?:\r\n)?/)
    .map((part) => part.slice(part.indexOf('\r\n\r\n')).trim())
    .filter((part) => part !== '')
    .map(parsePart);
  const later = parts.flatMap(({ incremental = [] }) =>
    incremental.map((one) => JSON.stringify(toComparablePart(one))),
  );
  return { status, type, ...toComparablePart(parts[0] ?? {}), later: later.sort() };
}

function parsePart(text: string): Part {
  return JSON.parse(text) as Part;
}

/** The data as text, because the order of its keys must be the same. */
function toComparablePart({ data, errors, extensions, path }: Part): object {
  return {
    path,
    data: JSON.stringify(data),
    errors: errors?.map((error) => JSON.stringify(error)).sort(),
    extensions,
  };
}
