import Households
import Kafka
import Streams
import Workers

/// `dead show`: one dead letter, and what to do about it.
enum DeadShowCommand {
    static let spec = CommandSpec(
        name: "dead show", about: "show one dead letter: why, from where, what to do next",
        discussion: """
            Prints everything the worker said of the record. What came with the record itself (key,
            headers, value) may hold personal data and is only named, with its size; --value prints
            it too.
            """,
        arguments: [.init("letter", "its place, such as dead.medical/0/17, from 'dead list'")],
        options: [
            .value("--servers", "HOST:PORT", "brokers", setting: "kafka.servers"),
            .flag("--value", "print the record's key, headers and value: personal data"),
        ],
        examples: [
            .init(line: "shouwang dead show dead.medical/0/17", about: "why it was refused")
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let address = try LetterAddress(word: invocation.arguments.arguments[0])
        let settings = try Clients.settings(invocation.configuration, clientID: "shouwang-dead")
        let isOpen = invocation.arguments.has("--value")
        var isShown = false
        _ = try Letters.read(settings, at: [address], try ReplayMark.readAll(settings)) {
            letter, record in
            isShown = true
            if isOpen {
                invocation.err(
                    "注意：以下可能含个人信息，请勿外传。 Careful: what follows may hold personal data.\n")
            }
            invocation.out(text(letter, record, isOpen: isOpen))
        }
        guard isShown else { throw CommandError.failed(missing([address])) }
        return 0
    }

    /// Letters asked for that are not there.
    static func missing(_ addresses: [LetterAddress]) -> String {
        let names = addresses.prefix(5).map(\.description).joined(separator: ", ")
        return "no dead letter at \(names)\(addresses.count > 5 ? ", …" : ""): it is no longer "
            + "kept, or was never there ('shouwang dead list')"
    }

    /// The letter for people. `isOpen`: with what came with the record.
    static func text(_ letter: Letter, _ record: RecordView, isOpen: Bool) -> String {
        let lines = said(letter) + history(letter.refusal) + came(letter, record, isOpen)
        let width = lines.map(\.name.count).max() ?? 0
        let advice = LetterAdvice.of(letter.refusal)
        return lines.map { "\(HelpText.pad($0.name, width))  \($0.text)\n" }.joined()
            + "\n下一步：\(advice.zh)\nNext: \(advice.en)\n"
    }

    private typealias Line = (name: String, text: String)

    /// What the worker said of the record.
    private static func said(_ letter: Letter) -> [Line] {
        let refusal = letter.refusal
        let stamp = InstantText.text(refusal.timestamp)
        let stamper = refusal.isLogAppendTime ? " by the broker" : ""
        return [
            ("letter", letter.address.description),
            ("refused", "\(InstantText.text(letter.refused)) by \(refusal.group)"),
            ("reason", refusal.reason),
            ("step/field", letter.fault),
            ("message", refusal.message),
            ("record", "\(refusal.origin), stamped \(stamp)\(stamper)"),
            ("attempts", "\(refusal.attempts)"),
            ("cause", refusal.cause),
            ("replayed", letter.mark == nil ? "never" : letter.replayed),
        ] + (letter.obstacle.map { [("no replay", $0)] } ?? [])
    }

    /// Earlier letters of the record.
    private static func history(_ refusal: Refusal) -> [Line] {
        refusal.history.map { earlier in
            let refused = InstantText.text(earlier.refused).prefix(16)
            let text =
                "of \(earlier.place), refused \(refused): \(earlier.reason), "
                + "attempts \(earlier.attempts)"
            return ("replay \(earlier.number)", text)
        }
    }

    /// What came with the record, shown only when `isOpen`.
    private static func came(_ letter: Letter, _ record: RecordView, _ isOpen: Bool) -> [Line] {
        var lines: [Line] = [("key", key(record.key, isOpen))]
        for header in record.headers[..<letter.refusal.headerCount] {
            let name = VisibleText.of(header.name)
            let value = bytes(header.value, isOpen)
            lines.append(("header", isOpen ? "\(name): \(value)" : "\(name) (\(value))"))
        }
        return lines + [("value", bytes(record.value, isOpen))]
    }

    /// A pseudonym says nothing of its person to who lacks the key; any other key may.
    private static func key(_ key: UnsafeRawBufferPointer?, _ isOpen: Bool) -> String {
        if let key, let pseudonym = Pseudonym(utf8: key) { return pseudonym.description }
        return bytes(key, isOpen)
    }

    private static func bytes(_ bytes: UnsafeRawBufferPointer?, _ isOpen: Bool) -> String {
        guard let bytes else { return "none" }
        return isOpen ? VisibleText.of(bytes) : "\(bytes.count) bytes, not shown"
    }
}
