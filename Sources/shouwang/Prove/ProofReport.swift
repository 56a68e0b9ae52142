import Workers

/// A proof's verdict with its evidence, for people.
struct ProofReport {
    let text: String

    /// More findings than anyone reads; the rest is counted.
    private static let shown = 40

    /// `repeating` is the command line that does the same again.
    init(_ order: ProofRun.Order, _ outcome: ProofRun.Outcome, repeating: String) {
        let (verdicts, evidence) = (outcome.verdicts, outcome.evidence)
        func sum(_ count: (ProofVerdict) -> Int) -> Int { verdicts.reduce(0) { $0 + count($1) } }
        var table = Table(["evidence 证据", "found 所见"])
        table.add([
            "records 输入",
            "\(sum(\.inputs)) sent and found, \(sum(\.broadcasts)) of them for every key; "
                + "\(sum(\.ticks)) ticks",
        ])
        table.add([
            "outputs 输出",
            "\(sum(\.outputs)) compared with a replay, \(sum(\.deadLetters)) of them dead letters",
        ])
        let partitions = order.topics.reduce(0) { $0 + $1.partitions }
        table.add([
            "states 状态",
            "\(sum(\.states)) compared, in \(partitions) partitions of \(order.topics.count) group(s)",
        ])
        table.add(["faults 故障", Self.faults(outcome)])
        table.add(["rebalances 再均衡", "\(evidence.generations.count)"])
        table.add([
            "restores 恢复",
            "\(evidence.restores.count), \(evidence.fromSnapshots) of them from a snapshot: "
                + ProofEvidence.spread(evidence.restores),
        ])
        for (why, name) in [
            (ChangelogWatch.Silence.killed, "take-overs after a kill 接管"),
            (.cutOff, "take-overs after silence 失联接管"),
        ] {
            let times = outcome.takeOvers[why] ?? []
            table.add([
                name,
                "\(times.count): \(ProofEvidence.spread(times)) "
                    + "(session timeout \(Self.seconds(order.sessionMilliseconds)))",
            ])
        }
        if let longest = outcome.longestStandStill {
            table.add([
                "longest stand-still 最长停顿",
                "\(Self.seconds(Int(longest.milliseconds))), of partition \(longest.partition)",
            ])
        }
        table.add(["dead transactions ended early 提前结束的事务", "\(evidence.endedEarly)"])
        for growth in outcome.growths.prefix(order.topics.count) {
            table.add(["quarter by quarter 资源", "\(growth)"])
        }
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
            kinds.append("\(outcome.gaveWay) silent so long that they gave way (code 10)")
        }
        return kinds.isEmpty ? "none" : "\(all): " + kinds.joined(separator: ", ")
    }

    private static func seconds(_ milliseconds: Int) -> String {
        milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }
}
