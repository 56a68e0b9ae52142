/// What a clock of the process is, for the catalogue.
package struct ClockTelling: Sendable {
    /// Its id, such as `PRC-01`.
    package let id: String
    /// What is told when it rings; `{measure}` stands for the measure's name.
    package let text: LocalText
    /// When it rings first.
    package let due: LocalText
    /// From whom to whom, rung by rung.
    package let ladder: LocalText
}

extension Process {
    /// Every clock, by id.
    package var clocks: [ClockTelling] {
        let visit = AlertLevel.allCases.reversed().map { level in
            let (name, time) = (level.words, visitDeadline(level).words)
            return LocalText(zh: "\(name.zh)\(time.zh)", en: "\(name.en) \(time.en)")
        }
        var clocks = [
            telling(visitLadder, due: .joined(visit)),
            telling(
                reliefLadder,
                due: LocalText(
                    zh: "红色预警后\(reliefDeadline.words.zh)",
                    en: "\(reliefDeadline.words.en) after a red alert")),
            telling(
                measureLadder, due: LocalText(zh: "措施的时限", en: "the measure's own deadline")),
        ]
        if let identification {
            let time = identification.deadline.words
            clocks.append(
                telling(
                    identification.ladder,
                    due: LocalText(
                        zh: "\(identification.least.words.zh)及以上预警后\(time.zh)",
                        en: "\(time.en) after an alert of level \(identification.least.words.en) or more")))
        }
        if let contact {
            clocks.append(
                telling(
                    contact.ladder,
                    due: LocalText(
                        zh: "监测中\(contact.monitored.words.zh)，消除后\(contact.eliminated.words.zh)",
                        en: "\(contact.monitored.words.en) while monitored, "
                            + "\(contact.eliminated.words.en) after the elimination")))
        }
        for milestone in milestones {
            let time = milestone.deadline.words
            clocks.append(
                telling(
                    milestone.ladder,
                    due: LocalText(
                        zh: "纳入监测后\(time.zh)", en: "\(time.en) after the identification")))
        }
        if let proof {
            clocks.append(
                ClockTelling(
                    id: proof.clock, text: proof.text, due: LocalText(zh: "立即", en: "at once"),
                    ladder: LocalText(
                        zh: "→ \(proof.to.words.zh)", en: "→ \(proof.to.words.en)")))
        }
        return clocks.sorted { $0.id < $1.id }
    }

    private func telling(_ ladder: Ladder, due: LocalText) -> ClockTelling {
        let rungs = ladder.rungs.map { rung in
            let (from, to) = (rung.from.words, rung.to.words)
            let after = rung.after?.words
            return LocalText(
                zh: "\(from.zh) → \(to.zh)" + (after.map { "（再过\($0.zh)）" } ?? ""),
                en: "\(from.en) → \(to.en)" + (after.map { " (\($0.en) later)" } ?? ""))
        }
        return ClockTelling(
            id: ladder.clock, text: ladder.text, due: due, ladder: .joined(rungs))
    }
}

extension LocalText {
    fileprivate static func joined(_ parts: [LocalText]) -> LocalText {
        LocalText(
            zh: parts.map(\.zh).joined(separator: "，"),
            en: parts.map(\.en).joined(separator: ", "))
    }
}

extension Deadline {
    /// How long it is.
    fileprivate var words: LocalText {
        switch self {
        case .hours(let count): LocalText(zh: "\(count)小时", en: "\(count) hours")
        case .days(let count): LocalText(zh: "\(count)天", en: "\(count) days")
        case .workingDays(let count):
            LocalText(
                zh: "\(count)个工作日", en: count == 1 ? "1 working day" : "\(count) working days")
        }
    }
}

extension Office {
    fileprivate var words: LocalText {
        switch self {
        case .village: LocalText(zh: "村", en: "village")
        case .township: LocalText(zh: "乡镇", en: "township")
        case .county: LocalText(zh: "县", en: "county")
        }
    }
}

extension AlertLevel {
    fileprivate var words: LocalText {
        switch self {
        case .blue: LocalText(zh: "蓝色", en: "blue")
        case .yellow: LocalText(zh: "黄色", en: "yellow")
        case .orange: LocalText(zh: "橙色", en: "orange")
        case .red: LocalText(zh: "红色", en: "red")
        }
    }
}
