/// Declared amounts spread over their days (formats, section 5.2).
struct DeclaredIncome {
    /// One declaration of a group: same household, kind, item and person.
    struct Declaration {
        let fact: Fact
        let from: Day
        let to: Day
        let date: Day

        /// Of two that cover a day, the later one counts.
        func isLater(than other: Declaration) -> Bool {
            (date, fact.recorded, fact.arrived, fact.key)
                > (other.date, other.fact.recorded, other.fact.arrived, other.fact.key)
        }
    }

    /// A record's share of a window.
    struct Share {
        let fact: Fact
        let amountFen: Int64
        let carried: Bool
    }

    /// Days a declaration goes on after its last day.
    static let carriedDays = 400

    let kind: String
    let item: String
    let person: Pseudonym?
    var declarations: [Declaration] = []

    /// Each record's days in the window, one rounding a record. `until`: days from this one on do
    /// not count; `carryUntil`: days after this one are not carried.
    func shares(in window: Window, until: Day? = nil, carryUntil: Day? = nil) -> [Share] {
        let end = until.map { min($0, window.last + 1) } ?? window.last + 1
        guard window.first < end else { return [] }
        var cuts: [Day] = [window.first, end]
        for declaration in declarations {
            cuts.append(declaration.from)
            cuts.append(declaration.to + 1)
            cuts.append(declaration.to + DeclaredIncome.carriedDays + 1)
        }
        if let carryUntil { cuts.append(carryUntil + 1) }
        cuts = cuts.filter { window.first <= $0 && $0 <= end }.sorted()
        var days = [Int](repeating: 0, count: declarations.count)
        var carried = [Bool](repeating: false, count: declarations.count)
        for (start, stop) in zip(cuts, cuts.dropFirst()) where start < stop {
            // What holds on the first day of a stretch holds on all of it.
            if let index = covering(start) {
                days[index] += stop - start
            } else if carryUntil.map({ start <= $0 }) ?? true, let index = carrying(start) {
                days[index] += stop - start
                carried[index] = true
            }
        }
        return declarations.indices.compactMap { index in
            guard days[index] > 0 else { return nil }
            let declaration = declarations[index]
            let span = Int64(declaration.to - declaration.from + 1)
            let amount = declaration.fact.amountFen ?? 0
            return Share(
                fact: declaration.fact,
                amountFen: floorDivide(amount * Int64(days[index]), span),
                carried: carried[index])
        }
    }

    private func covering(_ day: Day) -> Int? {
        var best: Int?
        for (index, declaration) in declarations.enumerated()
        where declaration.from <= day && day <= declaration.to {
            if let known = best, !declaration.isLater(than: declarations[known]) { continue }
            best = index
        }
        return best
    }

    private func carrying(_ day: Day) -> Int? {
        var best: Int?
        for (index, declaration) in declarations.enumerated()
        where declaration.to < day && day - declaration.to <= DeclaredIncome.carriedDays {
            if let known = best {
                let other = declarations[known]
                if declaration.to < other.to { continue }
                if declaration.to == other.to, !declaration.isLater(than: other) { continue }
            }
            best = index
        }
        return best
    }
}
