import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';
import type { GraphQLNamedType, GraphQLSchema } from 'graphql';

/** Something of a schema that can have a description, with its schema coordinates, for example `Query.orderPage(orderId:)`. */
interface Element {
  readonly coordinates: string;
  readonly description?: string | null | undefined;
}

/** The schema coordinates of everything that a schema defines without describing it. What GraphQL itself defines does not count. */
export function findUndescribed(schema: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  const directives = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  const elements: readonly Element[] = [
    ...types.flatMap(listElements),
    ...directives.flatMap(({ name, description, args }) => [
      { coordinates: `@${name}`, description },
      ...listArguments(`@${name}`, args),
    ]),
  ];
  return elements.flatMap(({ coordinates, description }) => ((description ?? '').trim() === '' ? [coordinates] : []));
}

/** The root types: what they are is what GraphQL says of them. */
const ROOT_TYPES = ['Query', 'Mutation', 'Subscription'];

function listElements(type: GraphQLNamedType): Element[] {
  const { name, description } = type;
  const own = ROOT_TYPES.includes(name) ? [] : [{ coordinates: name, description }];
  if (isEnumType(type))
    return [...own, ...type.getValues().map((value) => ({ ...value, coordinates: `${name}.${value.name}` }))];
  if (isInputObjectType(type))
    return [
      ...own,
      ...Object.values(type.getFields()).map((field) => ({ ...field, coordinates: `${name}.${field.name}` })),
    ];
  if (!isObjectType(type) && !isInterfaceType(type)) return own;
  const fields = Object.values(type.getFields());
  return [
    ...own,
    ...fields.map((field) => ({ coordinates: `${name}.${field.name}`, description: field.description })),
    ...fields.flatMap((field) => listArguments(`${name}.${field.name}`, field.args)),
  ];
}

function listArguments(
  owner: string,
  args: readonly { readonly name: string; readonly description?: string | null | undefined }[],
): Element[] {
  return args.map(({ name, description }) => ({ coordinates: `${owner}(${name}:)`, description }));
}
