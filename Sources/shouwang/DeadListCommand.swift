import Households
import Kafka
import Streams
import Workers

/// `dead list`: which records were refused, why, and which have been sent back.
enum DeadListCommand {
    static let spec = CommandSpec(
        name: "dead list", about: "list refused records (dead letters), or count them by reason",
        discussion: """
            Reads the dead letters of all pipelines and prints the newest, with the place to name
            each by, the step and field at fault, and where the record lay. Nothing of the records
            themselves is printed. Exit code 1 when letters were found that have not been replayed.
            """,
        arguments: [],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers")
        ] + LetterFilter.options + [
            .flag("--open", "only letters that have not been replayed"),
            .value(
                "--limit", "N", "print at most the newest N (default 50)",
                kind: .number(1...10_000)),
            .flag("--summary", "only count them, by pipeline and reason"),
        ],
        examples: [
            .init(line: "shouwang dead list --summary", about: "how many of which reason"),
            .init(
                line: "shouwang dead list --pipeline medical --reason identity --from 2026-06-01",
                about: "medical records with a wrong identity number, refused since June"),
        ],
        run: { try run($0) })

    /// Letters of one pipeline and reason.
    private struct Count {
        var letters = 0
        var open = 0
        var first = Int64.max
        var last = Int64.min

        mutating func add(_ letter: Letter) {
            letters += 1
            if letter.mark == nil { open += 1 }
            first = min(first, letter.refused)
            last = max(last, letter.refused)
        }
    }

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let filter = try LetterFilter(invocation.arguments)
        let limit = invocation.arguments.number("--limit") ?? 50
        let isOpenOnly = invocation.arguments.has("--open")
        let settings = try Clients.settings(invocation.configuration, clientID: "shouwang-dead")
        var newest: [Letter] = []
        var counts: [String: [String: Count]] = [:]
        let strangers = try Letters.readAll(
            settings, of: filter.pipelines, try ReplayMark.readAll(settings)
        ) { letter, record in
            guard filter.matches(letter, key: record.key), !isOpenOnly || letter.mark == nil
            else { return }
            counts[letter.address.pipeline.name, default: [:]][
                letter.refusal.reason, default: Count()
            ].add(letter)
            newest.append(letter)
            if newest.count >= 2 * limit { newest = latest(newest, limit) }
        }
        let all = counts.values.flatMap(\.values)
        let total = all.reduce(0) { $0 + $1.letters }
        let open = all.reduce(0) { $0 + $1.open }
        if total > 0, invocation.arguments.has("--summary") {
            invocation.out(summary(counts))
        } else if total > 0 {
            invocation.out(table(latest(newest, limit)))
            if total > limit {
                invocation.out("… \(total - limit) older; --limit N shows more\n")
            }
        }
        invocation.out("\(total) dead letter(s), \(open) not replayed\n")
        if let text = strangers.text { invocation.err(text) }
        return open > 0 ? 1 : 0
    }

    /// The newest letters, the newest last.
    private static func latest(_ letters: [Letter], _ limit: Int) -> [Letter] {
        letters.sorted { ($0.refused, $0.address) < ($1.refused, $1.address) }.suffix(limit)
    }

    /// Letters as `dead list` and the dry run of `dead replay` show them.
    static func table(_ letters: some Sequence<Letter>) -> String {
        var table = Table([
            "letter", "refused", "reason", "step/field", "record", "#attempts", "#replays",
            "replayed",
        ])
        for letter in letters {
            let refusal = letter.refusal
            table.add([
                letter.address.description, String(InstantText.text(letter.refused).prefix(16)),
                refusal.reason, letter.fault, refusal.origin.description, "\(refusal.attempts)",
                "\(refusal.replays)", letter.replayed,
            ])
        }
        return table.text
    }

    private static func summary(_ counts: [String: [String: Count]]) -> String {
        var table = Table(["pipeline", "reason", "#letters", "#not replayed", "first", "last"])
        for pipeline in PipelinePlan.all {
            let own = counts[pipeline.name] ?? [:]
            for (reason, count) in own.sorted(by: { $0.key < $1.key }) {
                table.add([
                    pipeline.name, reason, "\(count.letters)", "\(count.open)",
                    String(InstantText.text(count.first).prefix(16)),
                    String(InstantText.text(count.last).prefix(16)),
                ])
            }
        }
        return table.text
    }
}
