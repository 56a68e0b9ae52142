// The command `shouwang`: see `shouwang --help`. This file and what it calls are the only places
// that know the process's arguments, environment, clock and standard streams.
import Foundation

exit(
    CommandLineProgram.run(
        Array(CommandLine.arguments.dropFirst()), commands: Commands.all,
        environment: ProcessInfo.processInfo.environment, out: Terminal.output,
        err: Terminal.error))
