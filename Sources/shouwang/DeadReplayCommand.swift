import Households
import Kafka
import Streams
import Workers

/// `dead replay`: refused records back to where they came from.
enum DeadReplayCommand {
    static let spec = CommandSpec(
        name: "dead replay", about: "send refused records back to their input topic",
        discussion: """
            Sends the records as they came, to the partition they came from. What they were refused
            for goes with them, as headers, so that a letter which comes of one again tells its
            history. A letter that has been replayed is left out, and one that cannot be is listed;
            exit code 1 if there is such a one.

            Letters and their marks are written in the same transactions: a replay that was ended,
            however, is gone on with by the same command, and no letter is sent twice. Two cannot
            run at a time: the later one ends the earlier.
            """,
        arguments: [
            .init("letter", "places, such as dead.medical/0/17, instead of options", .any)
        ],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers")
        ] + LetterFilter.options + [
            .flag("--all", "every letter there is, where no other option chooses"),
            .value(
                "--limit", "N", "send at most N, those of the path's first pipelines first",
                kind: .number(1...Letters.Limits.selected)),
            .value(
                "--rate", "N", "send at most N a second (default: as many as the broker takes)",
                kind: .number(1...100_000)),
            .flag("--dry-run", "print what would be sent, and send nothing"),
            .flag("--again", "also letters that have been replayed before"),
            .value(
                "--again-before", "TIME",
                "as --again, but no letters replayed from this instant on: to go on with one that "
                    + "was ended"),
        ],
        examples: [
            .init(
                line: "shouwang dead replay --reason division.unknown --dry-run",
                about: "what would be sent once a division has been added"),
            .init(
                line: "shouwang dead replay --pipeline membership --reason person.unknown "
                    + "--rate 100",
                about: "facts of people registered in the meantime, gently"),
            .init(
                line: "shouwang dead replay dead.medical/0/17 dead.medical/0/19",
                about: "two letters"),
        ],
        run: { try run($0) })

    /// What a command line chooses.
    private struct Choice {
        /// Letters named one by one; `nil` where the filter chooses.
        let addresses: [LetterAddress]?
        let filter: LetterFilter
        let limit: Int
        /// Letters replayed from this instant on are left out; milliseconds.
        let again: Int64
    }

    /// What was found of that, without the records.
    private struct Found {
        var toSend: [Letter] = []
        /// Letters replayed before.
        var done = 0
        /// Letters that cannot be replayed: the first ones, and how many.
        var impossible: [Letter] = []
        var impossibleCount = 0
        /// Letters named that are not there.
        var missing: [LetterAddress] = []
        var isCutOff = false
    }

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let arguments = invocation.arguments
        let choice = try choice(arguments)
        let settings = try Clients.settings(invocation.configuration, clientID: "shouwang-dead")
        if arguments.has("--dry-run") {
            let found = try find(choice, settings, try ReplayMark.readAll(settings))
            if !found.toSend.isEmpty { invocation.out(DeadListCommand.table(found.toSend)) }
            return report(found, "would be sent", found.toSend.count, invocation)
        }
        if arguments.has("--again") {
            invocation.err(
                "dead: should this end before it is done, go on with --again-before "
                    + "\(InstantText.text(Clock.now())) instead of --again\n")
        }
        // In this order: once the name is taken, nobody else adds to the marks.
        let sender = try LetterSender(settings)
        let marks = try ReplayMark.readAll(settings, settled: true)
        var found = try find(choice, settings, marks)
        let gone = try send(found.toSend, with: sender, settings, marks, invocation)
        found.missing += gone
        return report(found, "sent", sender.sent, invocation)
    }

    private static func choice(_ arguments: ParsedArguments) throws(CommandError) -> Choice {
        let words = arguments.arguments
        let isFiltered = LetterFilter.isGiven(arguments)
        guard [!words.isEmpty, isFiltered, arguments.has("--all")].count(where: { $0 }) == 1 else {
            throw .usage(
                "'dead replay' needs letters by their places, or options that choose them "
                    + "(--pipeline, --reason, --from, --to, --key), or --all")
        }
        var addresses: [LetterAddress]?
        if !words.isEmpty {
            var list: [LetterAddress] = []
            for word in words { list.append(try LetterAddress(word: word)) }
            addresses = list
        }
        let again = try arguments.instant("--again-before")
        return Choice(
            addresses: addresses, filter: try LetterFilter(arguments),
            limit: arguments.number("--limit") ?? Letters.Limits.selected,
            again: again ?? (arguments.has("--again") ? .max : .min))
    }

    // MARK: Choosing

    private static func find(
        _ choice: Choice, _ settings: ClientSettings, _ marks: [LetterAddress: ReplayMark]
    ) throws -> Found {
        var found = Found()
        func take(_ letter: Letter, _ record: RecordView) {
            guard choice.filter.matches(letter, key: record.key) else { return }
            if let mark = letter.mark, mark.at >= choice.again {
                found.done += 1
            } else if letter.obstacle != nil {
                found.impossibleCount += 1
                if found.impossible.count < Letters.Limits.refusedShown {
                    found.impossible.append(letter)
                }
            } else {
                found.toSend.append(letter)
                if found.toSend.count >= 2 * choice.limit { cut(&found, choice.limit) }
            }
        }
        if let addresses = choice.addresses {
            found.missing = try Letters.read(settings, at: addresses, marks) { take($0, $1) }
        } else {
            _ = try Letters.readAll(settings, of: choice.filter.pipelines, marks) { take($0, $1) }
        }
        cut(&found, choice.limit)
        return found
    }

    /// Keeps the first letters in the order they are sent in.
    private static func cut(_ found: inout Found, _ limit: Int) {
        found.toSend.sort { $0.address < $1.address }
        guard found.toSend.count > limit else { return }
        found.toSend.removeLast(found.toSend.count - limit)
        found.isCutOff = true
    }

    // MARK: Sending

    /// Reads the letters again, now with their records, and sends them in batches. Answers those
    /// that have gone in the meantime.
    private static func send(
        _ letters: [Letter], with sender: LetterSender, _ settings: ClientSettings,
        _ marks: [LetterAddress: ReplayMark], _ invocation: Invocation
    ) throws -> [LetterAddress] {
        var pace = Pace(
            rate: invocation.arguments.number("--rate"), batch: Letters.Limits.batch)
        var bar = ProgressBar(
            "dead replay", total: letters.count, isInteractive: Terminal.isInteractive,
            err: invocation.err)
        defer { bar.end() }
        var batch: [LetterSender.Parcel] = []
        var bytes = 0
        func flush() throws {
            guard !batch.isEmpty else { return }
            while case let wait = pace.wait(at: Clock.now()), wait > 0 {
                Clock.sleep(milliseconds: UInt32(wait))
            }
            let now = Clock.now()
            pace.sent(batch.count, at: now)
            try sender.send(batch, now: now)
            batch.removeAll(keepingCapacity: true)
            bytes = 0
            bar.show(sender.sent)
        }
        let gone = try Letters.read(settings, at: letters.map(\.address), marks) { letter, record in
            let parcel = LetterSender.Parcel(
                letter: letter,
                record: DeadLetter.record(
                    in: record, letter.refusal, output: (letter.mark?.replays ?? 0) + 1))
            batch.append(parcel)
            bytes += parcel.size
            if batch.count >= pace.batch || bytes >= Letters.Limits.batchBytes { try flush() }
        }
        try flush()
        return gone
    }

    /// Says what came of it; answers the exit code.
    private static func report(
        _ found: Found, _ what: String, _ count: Int, _ invocation: Invocation
    ) -> Int32 {
        var text = "dead: \(count) \(what)"
        if found.isCutOff { text += ", more wait for the next time" }
        if found.done > 0 { text += ", \(found.done) replayed before (--again sends them too)" }
        invocation.out(text + "\n")
        for letter in found.impossible {
            invocation.err(
                "dead: \(letter.address) cannot be replayed: \(letter.obstacle ?? "")\n")
        }
        if found.impossibleCount > found.impossible.count {
            invocation.err(
                "dead: nor can \(found.impossibleCount - found.impossible.count) others\n")
        }
        if !found.missing.isEmpty {
            invocation.err("dead: \(DeadShowCommand.missing(found.missing))\n")
        }
        return found.impossibleCount > 0 || !found.missing.isEmpty ? 1 : 0
    }
}
