/// What illness and schooling cost a household (domain dossier, sections 2.5 and 5.2).
extension HouseholdView {
    /// What the household paid itself for settlements of `W(days)`, in and out of policy, fen.
    public func careCostFen(days: Int) -> Int64 {
        careCost(in: Window(days, endingOn: day))
    }

    /// The median of what it paid itself in each of the `months` calendar months before the one in
    /// which `W(days)` begins, fen; of an even number the mean of the two in the middle, rounded
    /// down (MED-11).
    public func usualCareFen(days: Int, months: Int) -> Int64 {
        guard months > 0 else { return 0 }
        let last = (day - (days - 1)).month
        let sums = (1...months).map { back in
            careCost(
                in: Window(
                    first: Day.first(ofMonth: last - back), last: Day.last(ofMonth: last - back)))
        }.sorted()
        let middle = months / 2
        return months % 2 == 1
            ? sums[middle] : floorDivide(sums[middle - 1] + sums[middle], 2)
    }

    private func careCost(in window: Window) -> Int64 {
        var total: Int64 = 0
        facts.forEach(.settlement, asOf: day) { fact in
            if window.contains(fact.occurred) { total += fact.integer(.selfPaidFen) ?? 0 }
        }
        return total
    }

    /// School fees less aid of members enrolled in a stage after compulsory schooling, since the
    /// latest day with this number in its year, fen (EDU-03).
    public func schoolingCostFen(sinceDayOfYear number: Int) -> Int64 {
        var start = Day.first(ofMonth: day.year * 12) + (number - 1)
        if start > day { start = Day.first(ofMonth: (day.year - 1) * 12) + (number - 1) }
        let students = members.filter {
            ["senior", "vocational", "university"].contains($0.stage)
        }.map(\.id)
        guard !students.isEmpty else { return 0 }
        func sum(_ kind: FactKind) -> Int64 {
            var total: Int64 = 0
            facts.forEach(kind, asOf: day) { fact in
                guard case .person(let id) = fact.subject, students.contains(id),
                    fact.occurred >= start
                else { return }
                total += fact.amountFen ?? 0
            }
            return total
        }
        return max(0, sum(.schoolFee) - sum(.schoolAid))
    }
}

extension MemberView {
    /// Compliant self-paid expenditure of the person's settlements in `W(days)`, fen.
    public func compliantSelfPaidFen(days: Int) -> Int64 {
        let window = Window(days, endingOn: view.day)
        var total: Int64 = 0
        forEach(.settlement) { fact in
            if window.contains(fact.occurred) { total += fact.amountFen ?? 0 }
        }
        return total
    }

    /// Nights in hospital and stays, of in-patient settlements in `W(days)`.
    public func hospital(days: Int) -> (nights: Int, stays: Int) {
        let window = Window(days, endingOn: view.day)
        var found = (nights: 0, stays: 0)
        forEach(.settlement) { fact in
            guard window.contains(fact.occurred), fact.text(.event) == "inpatient" else { return }
            found.stays += 1
            if let admitted = fact.day(.admitted), let discharged = fact.day(.discharged) {
                found.nights += max(0, discharged - admitted)
            }
        }
        return found
    }

    /// What the person paid for out-patient and special-disease care in each of the last `months`
    /// months of `M12`, fen, the latest month last.
    public func monthlyCareFen(months: Int) -> [Int64] {
        let last = Window.m12(view.day).last.month
        var sums = [Int64](repeating: 0, count: max(0, months))
        forEach(.settlement) { fact in
            guard fact.text(.event) != "inpatient" else { return }
            let back = last - fact.occurred.month
            if back >= 0, back < sums.count {
                sums[sums.count - 1 - back] += fact.integer(.selfPaidFen) ?? 0
            }
        }
        return sums
    }

    /// Payments of an item to the person in the last `months` months of `M12`, fen.
    public func subsidyFen(_ item: String, months: Int) -> Int64 {
        let last = Window.m12(view.day).last.month
        var total: Int64 = 0
        forEach(.subsidyPaid) { fact in
            let back = last - fact.occurred.month
            if back >= 0, back < months, fact.text(.item) == item { total += fact.amountFen ?? 0 }
        }
        return total
    }

    /// The stage of the latest enrolment while it says enrolled; else empty.
    public var stage: String {
        guard let fact = latest(.schoolEnrolment), fact.text(.status) == "enrolled" else {
            return ""
        }
        return fact.text(.stage) ?? ""
    }

    /// Months of `M12` with a paid wage of the person's, or a day of one declared.
    public var workedMonths: Int {
        let window = Window.m12(view.day)
        var months: Set<Int> = []
        forEach(.wagePaid) { fact in
            if window.contains(fact.occurred) { months.insert(fact.occurred.month) }
        }
        view.facts.forEach(.incomeDeclared, asOf: view.day) { fact in
            guard fact.text(.incomeKind) == "wage",
                fact.pseudonym(.person).map(view.facts.resolve) == id
            else { return }
            let first = max(fact.day(.from) ?? fact.occurred, window.first)
            let last = min(fact.occurred, window.last)
            if first <= last { months.formUnion(first.month...last.month) }
        }
        return months.count
    }

    /// Not at home: in custody, or in a running job that is away.
    public var isAway: Bool {
        if view.records(.custody, of: id).contains(where: {
            $0.fact.day(.until).map { $0 > view.day } ?? true
        }) { return true }
        guard hasJob else { return false }
        let ends = view.records(.jobEnded, of: id)
        return view.records(.jobStarted, of: id).contains { start in
            start.isLatest && start.fact.text(.jobKind) == "migrant"
                && !ends.contains {
                    $0.fact.occurred > start.fact.occurred
                        && $0.fact.text(.employerCode) == start.fact.text(.employerCode)
                }
        }
    }
}
