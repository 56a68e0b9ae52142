import Expressions
package import Households

/// An alert of a household as rules about alerts see it.
package struct KnownAlert: Sendable {
    let cause: Cause
    /// Before raising and netting, so that it does not depend on what else is open.
    let level: Level
    let openedOn: Day

    /// What is known of an alert of a rule.
    package init(_ rule: Rule, level: Level, openedOn: Day) {
        cause = rule.cause
        self.level = level
        self.openedOn = openedOn
    }
}

/// Puts rules to one household as of one day. Confined to one thread.
package struct Asking {
    let set: RuleSet
    private let activation: HouseholdActivation

    init(_ set: RuleSet, _ activation: HouseholdActivation) {
        self.set = set
        self.activation = activation
    }

    package var view: HouseholdView { activation.view }

    /// What the rule says. Without a living member no rule is asked: the answer is no.
    package func ask(_ rule: Rule) -> Answer {
        guard view.hasMembers else { return .no }
        if !rule.needs.isEmpty, !rule.needs.intersects(view.kinds) { return .no }
        if rule.asksIncome, !view.isJudgeable { return .cannotJudge }
        prepare(rule)
        do {
            if let when = rule.when, try !when.evaluateBool(activation) { return .no }
            if let condition = rule.member {
                guard try hasMember(meeting: condition, rule.memberNeeds) else { return .no }
            }
            var level = Level.blue
            for step in rule.levels {
                if let when = step.when, try !when.evaluateBool(activation) { continue }
                level = step.level
                break
            }
            return .yes(Answer.Match(baseLevel: level, subject: subject(of: rule)))
        } catch {
            // An overflow or a bad argument is a mistake in the rule; nothing may open or end
            // by it.
            return .cannotJudge
        }
    }

    /// Whether an open alert's clear condition holds on this day (`when` is false already).
    package func clears(_ rule: Rule, openedOn: Day, subject: Pseudonym?) -> Bool {
        guard let clear = rule.clear else { return true }
        prepare(rule)
        activation.openedOn = openedOn
        activation.member = subject.flatMap { activation.person($0) }
        defer { activation.openedOn = nil }
        return (try? clear.evaluateBool(activation)) ?? false
    }

    /// Says which alerts rules about alerts are to look at.
    package func know(_ alerts: [KnownAlert]) {
        activation.alerts = alerts
    }

    private func prepare(_ rule: Rule) {
        activation.parameters = set.values(of: rule, view)
        activation.member = nil
    }

    /// Makes the first member, in order of pseudonym, who meets a condition the one being asked
    /// about; false when there is none. Who has no fact of the kinds needed does not meet it. An error
    /// counts only when nobody does.
    private func hasMember(
        meeting condition: Program, _ needs: FactKindSet
    ) throws(EvaluationError) -> Bool {
        var failure: EvaluationError?
        for member in view.members where needs.isEmpty || needs.intersects(member.kinds) {
            activation.member = member
            do throws(EvaluationError) {
                if try condition.evaluateBool(activation) { return true }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return false
    }

    private func subject(of rule: Rule) -> Pseudonym? {
        switch rule.subject {
        case .none: return nil
        case .member: return activation.member?.id
        case .greatestSelfPaid: return view.greatestSelfPaidOfYear.person
        case .greatestStay:
            guard case .person(let id)? = view.greatestStay(days: 90)?.subject else { return nil }
            return id
        }
    }

    // MARK: What an alert shows

    /// The parameters the rule used.
    package func parameters(of rule: Rule) -> [UsedParameter] {
        rule.parameters(in: set.policy, division: view.division, on: view.day)
    }

    package func evidence(for rule: Rule, subject: Pseudonym?) -> [Evidence] {
        var result: [Evidence] = []
        for selector in rule.evidence {
            for fact in selector.select(view, subject: subject) {
                result.append(Evidence(fact, asOf: view.day, diseases: set.diseases))
            }
        }
        return result
    }

    /// A number that a rule compares; `nil` where it cannot be said.
    func number(_ quantity: RuleTelling.Quantity, _ rule: Rule, _ subject: Pseudonym?) -> Int64? {
        prepare(rule)
        activation.member = subject.flatMap { activation.person($0) }
        guard case .int(let number)? = try? quantity.program.evaluate(activation) else {
            return nil
        }
        return number
    }

    /// The rule's sentence in both languages.
    package func text(of rule: Rule, subject: Pseudonym?) -> (zh: String, en: String) {
        prepare(rule)
        activation.member = subject.flatMap { activation.person($0) }
        return (rule.zh.render(activation), rule.en.render(activation))
    }
}
