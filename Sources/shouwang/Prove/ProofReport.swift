/// A proof's verdict with its evidence, for people.
struct ProofReport {
    let text: String

    /// More findings than anyone reads; the rest is counted.
    private static let shown = 40

    /// `repeating` is the command line that does the same again.
    init(_ order: ProofRun.Order, _ outcome: ProofRun.Outcome, repeating: String) {
        let (verdict, evidence) = (outcome.verdict, outcome.evidence)
        var table = Table(["evidence 证据", "found 所见"])
        table.add([
            "records 输入",
            "\(verdict.inputs) sent and found, \(verdict.broadcasts) of them for every key; "
                + "\(verdict.ticks) ticks",
        ])
        table.add([
            "outputs 输出",
            "\(verdict.outputs) compared with a replay, \(verdict.deadLetters) of them dead letters",
        ])
        table.add([
            "states 状态", "\(verdict.states) compared, in \(order.topics.partitions) partitions",
        ])
        table.add(["faults 故障", Self.faults(outcome)])
        table.add(["rebalances 再均衡", "\(evidence.generations.count)"])
        table.add([
            "restores 恢复",
            "\(evidence.restores.count), \(evidence.fromSnapshots) of them from a snapshot: "
                + ProofEvidence.spread(evidence.restores),
        ])
        table.add([
            "take-overs after a kill 接管",
            "\(outcome.takeOvers.count): \(ProofEvidence.spread(outcome.takeOvers)) "
                + "(session timeout \(Self.seconds(order.sessionMilliseconds)))",
        ])
        table.add(["dead transactions ended early 提前结束的事务", "\(evidence.endedEarly)"])
        table.add(["again 重复", repeating])
        var text = table.text
        for problem in outcome.problems.prefix(Self.shown) { text += "! \(problem)\n" }
        if outcome.problems.count > Self.shown {
            text += "! and \(outcome.problems.count - Self.shown) more\n"
        }
        let count = outcome.problems.count
        text +=
            count == 0
            ? "PASS 通过: every output is there exactly once, in order for each key, and no "
                + "transaction is open\n          每条记录的输出恰好一次、各键顺序不变、没有未结束的事务\n"
            : "FAIL 未通过: \(count) finding(s), listed above 发现 \(count) 处问题，见上\n"
        self.text = text
    }

    private static func faults(_ outcome: ProofRun.Outcome) -> String {
        let all = outcome.done.values.reduce(0, +)
        var kinds = Fault.allCases.compactMap { fault in
            outcome.done[fault].map { "\($0) \(fault.rawValue)" }
        }
        if outcome.gaveWay > 0 {
            kinds.append("\(outcome.gaveWay) paused so long that they gave way (code 10)")
        }
        return kinds.isEmpty ? "none" : "\(all): " + kinds.joined(separator: ", ")
    }

    private static func seconds(_ milliseconds: Int) -> String {
        milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }
}
