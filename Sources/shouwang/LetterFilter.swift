import Households
import Kafka
import Streams
import Workers

/// Which dead letters a command is about: options of `dead list` and `dead replay`.
struct LetterFilter {
    static let options: [OptionSpec] = [
        .value(
            "--pipeline", "NAME", "only letters of this pipeline; may be repeated",
            isRepeatable: true),
        .value(
            "--reason", "CODE",
            "only this reason, such as identity.checkDigit, or a group of them, such as identity; "
                + "may be repeated", isRepeatable: true),
        .value("--from", "TIME", "only letters refused from this day or instant on"),
        .value("--to", "TIME", "only letters refused up to this day, or before this instant"),
        .value(
            "--key", "KEY",
            "only records with just this key; behind the intakes that is a pseudonym"),
    ]

    /// The pipelines whose letters are read, in the order of the path.
    var pipelines: [PipelinePlan] = PipelinePlan.all
    /// Codes, or groups of them; empty for all.
    var reasons: [String] = []
    /// Instants of refusal, in milliseconds.
    var refused: Range<Int64> = Int64.min..<Int64.max
    /// The record's key, `nil` for any.
    var key: [UInt8]?

    init() {}

    /// From a command line. Throws for names nobody knows.
    init(_ arguments: ParsedArguments) throws(CommandError) {
        if let names = arguments.options["--pipeline"] {
            for name in names where !Topics.pipelines.contains(name) {
                throw LetterAddress.unknown(name)
            }
            pipelines = PipelinePlan.all.filter { names.contains($0.name) }
        }
        reasons = arguments.options["--reason"] ?? []
        for reason in reasons { try LetterAdvice.check(reason) }
        let from = try arguments.instant("--from") ?? .min
        let to = try arguments.instant("--to", isEnd: true) ?? .max
        guard from < to else { throw .usage("--from must lie before --to") }
        refused = from..<to
        key = arguments.value("--key").map { Array($0.utf8) }
    }

    /// True when one of the options stands.
    static func isGiven(_ arguments: ParsedArguments) -> Bool {
        options.contains { arguments.has($0.name) }
    }

    func matches(_ letter: Letter, key own: UnsafeRawBufferPointer?) -> Bool {
        guard refused.contains(letter.refused) else { return false }
        if let key {
            guard let own, own.elementsEqual(key) else { return false }
        }
        let reason = letter.refusal.reason
        return reasons.isEmpty || reasons.contains { reason == $0 || reason.hasPrefix("\($0).") }
    }
}
