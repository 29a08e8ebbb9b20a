import { OpsError } from '@yoban/shared/errors';
import { Command, type CommanderError } from 'commander';
import type { CommandSpec, Given } from './command.ts';
import { commandTable } from './command-table.ts';
import type { Io } from './io.ts';
import type { Words } from './words/words.ts';

export interface Chosen {
  spec: CommandSpec;
  given: Given;
}

const known = commandTable.map((spec) => spec.name).join(', ');

/** The parser with its help texts. `onChosen` gets the command that the arguments name; parsing itself does nothing. */
export function buildProgram(
  words: Words,
  io: Pick<Io, 'stdout' | 'stderr'>,
  onChosen: (chosen: Chosen) => void,
): Command {
  const program = inLanguage(new Command('yoban'), words, io)
    .description(words.about)
    .option('--json', words.options.json)
    .option('--lang <lang>', words.options.lang);
  for (const spec of commandTable) {
    const [first = '', second] = spec.name.split(' ');
    const parent = second ? groupOf(program, first, words, io) : program;
    const own = parent.command(second ?? first, { isDefault: spec.isDefault ?? false });
    const command = inLanguage(own, words, io).description(words.commands[spec.name]);
    if (spec.usage !== undefined) command.usage(spec.usage);
    for (const argument of spec.args) command.argument(argument);
    for (const [flags, key] of spec.options) command.option(flags, words.options[key]);
    command.action(() => onChosen({ spec, given: { args: command.args, options: command.optsWithGlobals() } }));
  }
  return program;
}

function groupOf(program: Command, name: string, words: Words, io: Pick<Io, 'stdout' | 'stderr'>): Command {
  const there = program.commands.find((command) => command.name() === name);
  if (there) return there;
  const about: Readonly<Record<string, string>> = words.groups;
  return inLanguage(program.command(name), words, io).description(about[name] ?? '');
}

function inLanguage(command: Command, words: Words, io: Pick<Io, 'stdout' | 'stderr'>): Command {
  return command
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', words.options.help)
    .showSuggestionAfterError(false)
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => words.titles[title] ?? title })
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr, outputError: () => undefined });
}

/** What the parser refused, in our words; the parser's own sentences exist in English only. */
export function wrongUse(error: CommanderError, words: Words): OpsError {
  const name = /'([^']+)'/.exec(error.message)?.[1] ?? '';
  const { usage } = words;
  const make = (message: string, hint: string) => new OpsError('USAGE', message, { hint });
  switch (error.code) {
    case 'commander.unknownCommand':
      return make(usage.unknownCommand(name), usage.thereAre(known));
    case 'commander.unknownOption':
      return make(usage.unknownOption(name), usage.seeHelp('yoban'));
    case 'commander.optionMissingArgument':
      return make(usage.optionNeedsValue(name), usage.seeHelp('yoban'));
    case 'commander.missingArgument':
      return make(usage.argumentMissing(name), usage.seeHelp('yoban'));
    case 'commander.excessArguments':
      return make(usage.tooMany, usage.seeHelp('yoban'));
    case 'commander.help':
      return make(usage.noCommand, usage.thereAre(known));
    default:
      return make(error.message.replace(/^error: /, ''), usage.seeHelp('yoban'));
  }
}
