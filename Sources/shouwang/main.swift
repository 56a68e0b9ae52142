import Glibc
import Households
import Replay
import Workers

// A first driver of the replay; the command's own parser takes its place.
var options: [String: String] = [:]
var index = 2
while index + 1 < CommandLine.arguments.count {
    options[CommandLine.arguments[index]] = CommandLine.arguments[index + 1]
    index += 2
}
guard let key = FileBytes.read(options["--key-file"] ?? "").flatMap({ PseudonymKey($0) }) else {
    print("no key")
    exit(2)
}
do {
    let county = try County(
        pipelines: options["--pipelines"] ?? "Pipelines",
        policy: options["--policy"] ?? "config/policy", key: key)
    let replay = Replay(county)
    let files = try OutputFiles(folder: options["--out"] ?? "out", replay)
    try replay.feed(
        FeedFiles.read(folder: options["--feeds"] ?? ".", actions: options["--actions"]))
    if let until = options["--until"].flatMap({ Day(iso: $0) }) { try replay.pass(to: until) }
    print(files.counts)
    try files.close()
} catch {
    print(error)
    exit(2)
}
