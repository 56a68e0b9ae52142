/// Declared amounts spread over their days (formats, section 5.2).
struct DeclaredIncome {
    /// One declaration of a group: same household, kind, item and person.
    struct Declaration {
        let fact: LentFact
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
        let fact: LentFact
        let amountFen: Int64
        let carried: Bool
    }

    /// Days a declaration goes on after its last day.
    static let carriedDays = 400

    let kind: String
    let item: String
    let person: Pseudonym?
    var declarations: [Declaration] = []

    /// The declarations as of a day, by kind, item and person, in the order they are kept.
    static func groups(_ facts: HouseholdFacts, asOf day: Day) -> [DeclaredIncome] {
        var groups: [DeclaredIncome] = []
        facts.forEach(.incomeDeclared, asOf: day) { fact in
            let kind = fact.text(.incomeKind) ?? ""
            let item = fact.text(.item) ?? "other"
            let person = fact.pseudonym(.person).map(facts.resolve)
            let declaration = Declaration(
                fact: fact, from: fact.day(.from) ?? fact.occurred, to: fact.occurred,
                date: fact.day(.date) ?? fact.occurred)
            if let index = groups.firstIndex(where: {
                $0.kind == kind && $0.item == item && $0.person == person
            }) {
                groups[index].declarations.append(declaration)
            } else {
                groups.append(
                    DeclaredIncome(
                        kind: kind, item: item, person: person, declarations: [declaration]))
            }
        }
        return groups
    }

    /// Calls `body` with each record's days in the window, one rounding a record. `until`: days
    /// from this one on do not count; `carryUntil`: days after this one are not carried.
    func forEachShare(
        in window: Window, until: Day? = nil, carryUntil: Day? = nil, _ body: (Share) -> Void
    ) {
        let end = until.map { min($0, window.last + 1) } ?? window.last + 1
        guard window.first < end else { return }
        let count = declarations.count
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 5 * count + 3) { memory in
            memory.initialize(repeating: 0)
            // The days of each record, whether it goes on, and where stretches begin and end.
            let days = UnsafeMutableBufferPointer(rebasing: memory[0..<count])
            let carried = UnsafeMutableBufferPointer(rebasing: memory[count..<(2 * count)])
            let cuts = UnsafeMutableBufferPointer(rebasing: memory[(2 * count)...])
            let used = fill(cuts, from: window.first, to: end, carryUntil)
            for place in 1..<used where cuts[place - 1] < cuts[place] {
                // What holds on the first day of a stretch holds on all of it.
                let start = Day(number: cuts[place - 1])
                let length = cuts[place] - cuts[place - 1]
                if let index = covering(start) {
                    days[index] += length
                } else if carryUntil.map({ start <= $0 }) ?? true, let index = carrying(start) {
                    days[index] += length
                    carried[index] = 1
                }
            }
            for index in 0..<count where days[index] > 0 {
                let declaration = declarations[index]
                let span = Int64(declaration.to - declaration.from + 1)
                let amount = declaration.fact.amountFen ?? 0
                body(
                    Share(
                        fact: declaration.fact,
                        amountFen: floorDivide(amount * Int64(days[index]), span),
                        carried: carried[index] == 1))
            }
        }
    }

    /// The days on which what counts may change, ascending, the first and the end among them.
    /// Returns how many.
    private func fill(
        _ cuts: UnsafeMutableBufferPointer<Int32>, from first: Day, to end: Day, _ carryUntil: Day?
    ) -> Int {
        var used = 0
        func add(_ day: Day) {
            guard first <= day, day <= end else { return }
            // Kept in order: there are few.
            var place = used
            while place > 0, cuts[place - 1] > day.number {
                cuts[place] = cuts[place - 1]
                place -= 1
            }
            cuts[place] = day.number
            used += 1
        }
        add(first)
        add(end)
        for declaration in declarations {
            add(declaration.from)
            add(declaration.to + 1)
            add(declaration.to + DeclaredIncome.carriedDays + 1)
        }
        if let carryUntil { add(carryUntil + 1) }
        return used
    }

    private func covering(_ day: Day) -> Int? {
        var best: Int?
        for index in declarations.indices
        where declarations[index].from <= day && day <= declarations[index].to {
            if let known = best, !declarations[index].isLater(than: declarations[known]) {
                continue
            }
            best = index
        }
        return best
    }

    private func carrying(_ day: Day) -> Int? {
        var best: Int?
        for index in declarations.indices
        where declarations[index].to < day
            && day - declarations[index].to <= DeclaredIncome.carriedDays
        {
            if let known = best {
                let other = declarations[known]
                if declarations[index].to < other.to { continue }
                if declarations[index].to == other.to,
                    !declarations[index].isLater(than: other)
                {
                    continue
                }
            }
            best = index
        }
        return best
    }
}
