import Kafka
import Streams

/// What came in: from departments, and back from the dead letters.
extension ExactlyOnce {
    // MARK: Replayed dead letters

    /// What is wrong with the records that `dead replay` sent back: each must be that of a dead
    /// letter there is, as that holds it, and there once for each time it was replayed.
    package func replayProblems(_ inputs: [String], _ deadLetters: [String]) -> [String] {
        var letters: [String: OwnedRecord] = [:]
        for letter in deadLetters.flatMap({ log.records[$0] ?? [] }) {
            letters[letter.place] = letter
        }
        var problems: [String] = []
        var seen: Set<String> = []
        for record in inputs.flatMap({ log.records[$0] ?? [] }) {
            guard let cause = record.cause, let end = cause.lastIndex(of: "#"),
                let place = CauseText(cause)?.place, deadLetters.contains(place.topic)
            else { continue }
            if !seen.insert(cause).inserted {
                problems.append("\(record.place): \(cause) was sent back twice")
            }
            let number = Int(cause[cause.index(after: end)...]) ?? 0
            let wanted = letters[String(cause[..<end])].flatMap { letter in
                letter.withView { view in
                    Refusal(view).map { DeadLetter.record(in: view, $0, output: number) }
                }
            }
            guard let wanted else {
                problems.append("\(record.place): there is no dead letter \(cause)")
                continue
            }
            if !record.says(wanted) || record.partition != wanted.partition {
                problems.append("\(record.place): \(cause) differs in \(record.difference(wanted))")
            }
        }
        return problems
    }

    // MARK: What came in

    /// Every record received is there as facts or as a dead letter, the latter untouched.
    func account(
        _ input: [OwnedRecord], _ outputs: [OwnedRecord], _ topology: Topology,
        _ report: inout Report
    ) {
        var byOffset: [Int64: [OwnedRecord]] = [:]
        for output in outputs {
            guard let offset = output.cause.flatMap(CauseText.init)?.offset else { continue }
            byOffset[offset, default: []].append(output)
        }
        for record in input where !record.isTick {
            report.received += 1
            let results = byOffset[record.offset] ?? []
            let dead = results.filter { $0.topic == topology.deadLetters }
            report.deadLetters += dead.count
            report.facts += results.count - dead.count
            if results.isEmpty {
                report.problems.append("\(record.place): neither a fact nor a dead letter")
            } else if dead.isEmpty {
                continue
            } else {
                report.refused += 1
                if dead.count > 1 || results.count > 1 {
                    report.problems.append("\(record.place): a dead letter and something else")
                }
                if !dead[0].holds(record) {
                    report.problems.append("\(record.place): its dead letter was touched")
                }
            }
        }
    }
}
