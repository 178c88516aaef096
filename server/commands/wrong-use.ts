import { CommanderError } from 'commander'

/** The command line contradicts itself, or says too little: exit code 2 and a pointer to `--help`. */
export function wrongUse(message: string): CommanderError {
  return new CommanderError(2, 'closeback.wrongUse', message)
}
