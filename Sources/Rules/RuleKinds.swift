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
                guard let variable = Vocabulary.Variable(rawValue: slot) else { return nil }
                kinds.formUnion(of(variable))
            }
            for field in program.dependencies.fields {
                if field.object == types.income.index {
                    guard let figure = Vocabulary.IncomeField(rawValue: field.field) else {
                        return nil
                    }
                    kinds.formUnion(of(figure))
                } else if field.object == types.member.index {
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
        case "greatestStay": [.settlement]
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
        // By membership, by time and by policy; what is read of `income` and `m`, by its fields.
        case .hasLabour, .disposable, .year, .month, .dayOfYear, .members, .m, .memberCount,
            .income, .openedDaysAgo, .param:
            []
        }
    }

    private static func of(_ figure: Vocabulary.IncomeField) -> Set<FactKind> {
        // `jobEnded` ends the carrying of a declared wage; a claim's item is no transfer.
        let net: Set<FactKind> = [
            .wagePaid, .subsidyPaid, .allowance, .incomeDeclared, .jobEnded, .claimPaid,
        ]
        return switch figure {
        case .perPerson, .previous, .forecast: net.union([.settlement])
        case .withoutSelfPaid, .positiveNet, .earnings: net
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
        }
    }

    /// The kinds of facts whose age a rule's conditions ask about.
    static func aging(_ programs: [Program], _ types: Vocabulary.ObjectTypes) -> Set<FactKind> {
        var kinds: Set<FactKind> = []
        for program in programs {
            for call in program.dependencies.calls {
                kinds.formUnion(of(function: call.name) ?? [])
            }
            for slot in program.dependencies.variables {
                switch Vocabulary.Variable(rawValue: slot) {
                case .houses: kinds.insert(.appraisal)
                case .waterDays: kinds.insert(.waterInterrupted)
                case .claimDaysAgo: kinds.insert(.claimPaid)
                // Days since an alert opened pass with the days of any fact it is compared with.
                case .openedDaysAgo: kinds.formUnion([.appraisal, .claimPaid, .disasterLoss])
                default: break
                }
            }
            for field in program.dependencies.fields where field.object == types.member.index {
                switch Vocabulary.MemberField(rawValue: field.field) {
                case .leftSchoolDays: kinds.insert(.schoolEnrolment)
                case .hasJob, .jobDays, .jobEndedDays: kinds.formUnion([.jobStarted, .jobEnded])
                default: break
                }
            }
        }
        return kinds
    }
}
