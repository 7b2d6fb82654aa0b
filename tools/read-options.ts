import { type ParseArgsConfig, parseArgs } from 'node:util';

type Config = NonNullable<ParseArgsConfig['options']>;
type Values<Options extends Config> = ReturnType<typeof parseArgs<{ options: Options }>>['values'];

/**
 * Reads the options after `npm run … --`. If they are wrong or ask for help, it prints the usage and ends this process.
 */
export function readOptions<Options extends Config>(usage: string, options: Options): Values<Options> {
  const { help, ...values } = parse(usage, { ...options, help: { type: 'boolean' } });
  if (!help) return values as Values<Options>;
  console.log(usage);
  return process.exit(0);
}

function parse(usage: string, options: Config): Readonly<Record<string, unknown>> {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    console.error(`${reason}.\n\n${usage}`);
    return process.exit(1);
  }
}
