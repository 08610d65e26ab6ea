/**
 * A function is named by a verb, a predicate by a question, so that a call reads as what it does. A verb that is missing here
 * is added here; a function that has none gets one.
 */
const VERBS =
  `abandon abort accept acquire act add admit allow append apply approve ask assert assign attach attempt authorise await
  balance begin bind bound bracket build buy call cancel capture carry catch change check choose claim classify clear clone
  close coalesce coerce collect commit compare compensate compile complete compute configure confirm connect consume convert
  copy count create cut decide declare decode delay delete deliver deposit derive describe detach disconnect dispatch do drain
  draw drip drop emit encode end enqueue ensure erase escape exchange execute exit expect expire explain export extend fail
  fall fetch fill filter find fingerprint finish fire flip fold follow forget fork format forward freeze gather generate get
  give group grow guard hand handle hash hit hold identify ignore import index inflate initialise inline insert inspect
  install intercept invoke join keep kill launch leave limit link list listen load locate lock log look make mangle map mark
  match measure memoize merge migrate move name negotiate next normalize notify observe offer omit open order pad parse pass
  pause perform pick pin ping place plan plant poll post prefetch prepare price print probe process project prove provide
  prune publish push put query quote raise reach read rebase rebuild receive record redeliver refresh refund refuse register
  rehearse reject relay release reload remember remove render repeat replace replay reply report request require reserve reset
  resolve respond restart restore resume rethrow retry return revive roll rotate round route run sample save say schedule
  search seed select sell send serialize serve set settle shorten show sign signal skip slice sort split spread start stop
  store stream strip submit subscribe suggest sum summarize supervise suspend swap sweep take talk terminate throw time touch
  trace track transform translate trim try undo unlock unwrap upcast update upsert use validate verify visit void wait wake
  warn watch withdraw wrap write`.split(/\s+/);

/** What a predicate asks. */
const QUESTIONS =
  'accepts allows can contains did does equals exists has includes is matches may must needs selects should uses was';

/** `toError`, `withStatus`, `withoutNulls`, `onSettled`, `fromRow`: the verb is understood. */
const PREPOSITIONS = 'from on to with without';

const FIRST_WORDS = [...VERBS, ...QUESTIONS.split(' '), ...PREPOSITIONS.split(' ')];

/** The names that are refused: `pricesOf` is no verb, and neither is `nameOf`. */
const REFUSED = [`[name=/^[a-z]/][name!=/^(?:${FIRST_WORDS.join('|')})(?![a-z])/]`, '[name=/Of$/]'];

const message = 'A function begins with a verb, a predicate with a question (tools/conventions/verb-first.js).';

/** For ESLint's no-restricted-syntax. Decorated methods are named by what they answer: a field, an operation. */
export const VERB_FIRST = [
  'FunctionDeclaration > Identifier.id',
  'VariableDeclarator[init.type=/^(?:Arrow)?FunctionExpression$/] > Identifier.id',
  'MethodDefinition[kind="method"][decorators.length=0] > Identifier.key',
  'MethodDefinition[kind="method"][decorators.length=0] > PrivateIdentifier.key',
].flatMap((functions) => REFUSED.map((names) => ({ selector: functions + names, message })));
