import Expressions
import Households

/// Which kinds of facts a rule's conditions look at.
enum RuleKinds {
    /// The kinds on which the conditions' answers depend, beside those that build membership;
    /// `nil` for any kind, where a function is not known here. A fact of another kind leaves the
    /// answer as it was.
    static func deciding(
        _ programs: [Program], _ types: Vocabulary.ObjectTypes
    ) -> Set<FactKind>? {
        var kinds: Set<FactKind> = []
        for program in programs {
            for call in program.dependencies.calls {
                guard let looked = of(function: call.name) else { return nil }
                kinds.formUnion(looked)
            }
            for slot in program.dependencies.variables {
                if let word = FactWord.variable(slot) {
                    kinds.insert(word.kind)
                    continue
                }
                guard let variable = Vocabulary.Variable(rawValue: slot) else { return nil }
                kinds.formUnion(of(variable))
            }
            for field in program.dependencies.fields {
                if field.object == types.income.index {
                    guard let figure = Vocabulary.IncomeField(rawValue: field.field) else {
                        return nil
                    }
                    kinds.formUnion(of(figure))
                } else if field.object == types.fact.index {
                    if field.field == FactField.wagePercent.rawValue { kinds.formUnion(earnings) }
                } else if field.object == types.member.index {
                    if let word = FactWord.field(field.field) {
                        kinds.insert(word.kind)
                        continue
                    }
                    guard let answer = Vocabulary.MemberField(rawValue: field.field) else {
                        return nil
                    }
                    kinds.formUnion(of(answer))
                }
            }
        }
        return kinds
    }

    private static func of(function name: String) -> Set<FactKind>? {
        switch name {
        case "losses": [.disasterLoss]
        case "greatestStay", "careCost", "usualCare", "selfPaid", "hospitalNights",
            "hospitalStays", "leastMonthlyCare", "mostMonthlyCare":
            [.settlement]
        case "schoolingCost": [.schoolEnrolment, .schoolFee, .schoolAid]
        case "subsidy": [.subsidyPaid]
        case "daysWithoutWater": [.waterInterrupted, .waterRestored]
        // Rules about alerts are asked whenever there are any.
        case "alertCauses": []
        case "absentDays": [.schoolAbsence]
        case "majorDiagnosis": [.diagnosis]
        case "enrolled": [.insuranceEnrolment]
        case "yuan": []
        default: nil
        }
    }

    private static func of(_ variable: Vocabulary.Variable) -> Set<FactKind> {
        switch variable {
        case .low: [.allowance, .householdClass]
        // Judging rests on a declaration, and on the line of the household's division.
        case .judgeable, .line: [.incomeDeclared]
        case .topSelfPaid: [.settlement]
        case .houses: [.appraisal]
        case .inDisaster: [.disasterDeclared]
        case .waterDays: [.waterInterrupted, .waterRestored]
        case .visited: [.visited]
        case .claimDaysAgo: [.claimPaid]
        case .eliminatedDays, .monitored, .exPoor, .identifiedDays, .risk, .riskRemarked,
            .eliminatedBy:
            [.householdClass]
        case .topProduce, .topProducePercent: earnings
        // By membership, by time and by policy; what is read of `income` and `m`, by its fields.
        case .hasLabour, .disposable, .year, .month, .dayOfYear, .members, .m, .memberCount,
            .income, .openedDaysAgo, .param:
            []
        }
    }

    /// What a household earns rests on these. `jobEnded` ends the carrying of a declared wage; a
    /// claim's item is no transfer.
    private static let earnings: Set<FactKind> = [
        .wagePaid, .subsidyPaid, .allowance, .incomeDeclared, .jobEnded, .claimPaid,
    ]

    private static func of(_ figure: Vocabulary.IncomeField) -> Set<FactKind> {
        switch figure {
        case .perPerson, .previous, .forecast: earnings.union([.settlement])
        case .withoutSelfPaid, .positiveNet, .earnings, .wages, .transfers: earnings
        case .lastThreeWages, .sameThreeWages: [.wagePaid]
        case .rigid: [.settlement, .schoolFee, .schoolAid]
        }
    }

    private static func of(_ answer: Vocabulary.MemberField) -> Set<FactKind> {
        switch answer {
        case .id, .age, .sex, .labour: []
        case .dropout, .dropoutReason: [.schoolDropout]
        case .leftSchoolDays: [.schoolEnrolment]
        case .hasJob, .jobDays: [.jobStarted, .jobEnded]
        case .jobEndedDays: [.jobEnded]
        case .wage: [.wagePaid, .incomeDeclared, .jobEnded]
        case .stage: [.schoolEnrolment]
        case .workedMonths: [.wagePaid, .incomeDeclared]
        case .isAway: [.jobStarted, .jobEnded, .custody]
        }
    }

    /// The kinds of facts whose age a rule's conditions ask about.
    static func aging(_ programs: [Program], _ types: Vocabulary.ObjectTypes) -> Set<FactKind> {
        var kinds: Set<FactKind> = []
        for program in programs {
            for call in program.dependencies.calls {
                // Costs by the month turn on the 15th, those of a school year on its first day.
                if ["schoolingCost", "subsidy", "leastMonthlyCare", "mostMonthlyCare"].contains(
                    call.name)
                {
                    continue
                }
                kinds.formUnion(of(function: call.name) ?? [])
            }
            if reads(.daysAgo, program, types) { kinds.formUnion(listed(program, types)) }
            for slot in program.dependencies.variables {
                switch Vocabulary.Variable(rawValue: slot) {
                case .houses: kinds.insert(.appraisal)
                case .waterDays: kinds.insert(.waterInterrupted)
                case .claimDaysAgo: kinds.insert(.claimPaid)
                case .eliminatedDays, .identifiedDays: kinds.insert(.householdClass)
                default: break
                }
            }
            for field in program.dependencies.fields where field.object == types.member.index {
                switch Vocabulary.MemberField(rawValue: field.field) {
                case .leftSchoolDays: kinds.insert(.schoolEnrolment)
                case .jobDays: kinds.insert(.jobStarted)
                case .jobEndedDays: kinds.insert(.jobEnded)
                default: break
                }
            }
        }
        return kinds
    }

    /// The kinds of facts whose end a rule's conditions ask about.
    static func ending(_ programs: [Program], _ types: Vocabulary.ObjectTypes) -> Set<FactKind> {
        var kinds: Set<FactKind> = []
        for program in programs {
            if reads(.daysLeft, program, types) { kinds.formUnion(listed(program, types)) }
            if program.dependencies.fields.contains(where: {
                $0.object == types.member.index
                    && $0.field == Vocabulary.MemberField.isAway.rawValue
            }) { kinds.insert(.custody) }
        }
        return kinds
    }

    private static func reads(
        _ field: FactField, _ program: Program, _ types: Vocabulary.ObjectTypes
    ) -> Bool {
        program.dependencies.fields.contains {
            $0.object == types.fact.index && $0.field == field.rawValue
        }
    }

    /// The kinds of the lists that a program looks through.
    private static func listed(
        _ program: Program, _ types: Vocabulary.ObjectTypes
    ) -> Set<FactKind> {
        var kinds = Set(program.dependencies.variables.compactMap { FactWord.variable($0)?.kind })
        for field in program.dependencies.fields where field.object == types.member.index {
            if let word = FactWord.field(field.field) { kinds.insert(word.kind) }
        }
        return kinds
    }
}
