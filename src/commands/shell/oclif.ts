// What commands need of oclif, through its side doors: the main one also loads its help, its plugins and its own runner.
export * as Args from '@oclif/core/args'
export {Command} from '@oclif/core/command'
export {Config} from '@oclif/core/config'
export {CLIError} from '@oclif/core/errors'
export * as Flags from '@oclif/core/flags'
