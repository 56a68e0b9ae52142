import Households

/// Facts of the kinds that only few households have: certificates, loans, injuries, voices…
extension RandomFacts {
    typealias Attributes = [(attribute: Attribute, value: Fact.Value)]

    /// A fact about a person, of a kind few households have.
    mutating func rareOfPerson() -> (kind: FactKind, fen: Int64?, attributes: Attributes) {
        switch pick(Array(0..<18)) {
        case 0, 1:
            return (
                .disabilityCertificate, nil,
                [
                    (.event, .text(pick(["issued", "changed", "changed", "expired"]))),
                    (.degree, .integer(fen(1...4))),
                ]
            )
        case 2: return (.disabilityPaid, fen(5_000...9_000), [(.item, .text("nursing"))])
        case 3:
            return (.careAssessment, nil, [(.result, .text(pick(["severe", "moderate", "total"])))])
        case 4: return (.higherAdmission, 500_000, [])
        case 5:
            return (
                .workInsurance, nil,
                [
                    (.event, .text(pick(["started", "stopped"]))),
                    (.employerCode, .text(pick(["E1", "E2"]))),
                ]
            )
        case 6: return (.labourSurvey, nil, [(.status, .text(pick(["away", "local", "idle"])))])
        case 7, 8:
            return (.custody, nil, one(in: 2) ? [(.until, .integer(ahead(60)))] : [])
        case 9:
            return (
                .entitlement, nil,
                [(.item, .text(pick(["pension", "dibao"]))), (.until, .integer(ahead(200)))]
            )
        case 10:
            return (
                .workInjury, nil,
                [
                    (.event, .text(pick(["reported", "reported", "decided"]))), number,
                    (.insured, .integer(pick([0, 1]))),
                ]
            )
        case 11:
            return (
                .offsiteBill, fen(500_000...2_000_000),
                [(.event, .text(pick(["claimed", "claimed", "settled"]))), number]
            )
        case 14:
            return (
                .vehicle, 5_000_000,
                [
                    (.event, .text(pick(["registered", "registered", "transferred"]))), number,
                    (.use, .text("private")),
                ]
            )
        case 15:
            return (
                .ownFirm, nil,
                [
                    (.event, .text(pick(["registered", "ended"]))), (.creditCode, .text("F1")),
                    (.role, .text("owner")),
                ]
            )
        case 16: return (.premiumAid, 28_000, [(.year, .integer(Int64(day.year)))])
        case 17: return (.schoolAid, 150_000, [(.item, .text("rainDew"))])
        case 12: return (.accident, nil, [(.severity, .text(pick(["light", "severe"])))])
        default: return (.crimeVictim, nil, [(.severity, .text("light"))])
        }
    }

    /// A fact about a household, of a kind few have.
    mutating func rareOfHousehold() -> (kind: FactKind, fen: Int64?, attributes: Attributes) {
        switch pick(Array(0..<16)) {
        case 12:
            return (.contact, nil, [(.event, .text(pick(["assigned", "ended"]))), number])
        case 13: return (.delivered, nil, [])
        case 14:
            return (.elimination, nil, [(.event, .text(pick(["proposed", "withdrawn"])))])
        case 15:
            return (
                .landSubsidy, nil,
                [(.item, .text("farmland")), (.sownMu, .integer(fen(9_000...11_000)))]
            )
        case 0: return (.allowanceRefused, nil, [])
        case 1:
            return (
                .assistance, nil,
                [(.event, .text(pick(["tekun.granted", "tekun.stopped", "edge.granted"])))]
            )
        case 2:
            return (.fire, fen(1_000_000...3_000_000), [(.dwellingLost, .integer(pick([0, 1])))])
        case 3:
            return (
                .projectFailed, fen(10_000...900_000),
                [(.result, .text(pick(["loss", "abandoned"])))]
            )
        case 4, 5:
            return (
                .contractPayment, fen(10_000...90_000),
                [
                    (.event, .text(pick(["due", "due", "paid"]))), number,
                    (.creditCode, .text(pick(["F1", "F2"]))),
                ]
            )
        case 6, 7:
            return (
                .loan, nil,
                [
                    (.event, .text(pick(["issued", "extended", "overdue", "repaid"]))), number,
                    (.until, .integer(ahead(150))),
                ]
            )
        case 8:
            return (.rebuilding, nil, [(.event, .text(pick(["approved", "accepted"]))), number])
        case 9:
            return (
                .evacuation, nil,
                [
                    (.event, .text(pick(["evacuated", "resettled"]))),
                    (.eventNumber, .text(pick(["V1", "V2"]))),
                ]
            )
        case 10:
            return (
                .waterAccess, nil,
                [(.litres, .integer(fen(20...60))), (.minutes, .integer(fen(1...40)))]
            )
        default:
            if one(in: 2) {
                return (.selfReport, nil, [(.topic, .text(pick(["illness", "other"])))])
            }
            return (
                .call, nil,
                [
                    (.event, .text(pick(["received", "received", "filed", "answered"]))), number,
                    (.item, .text("hardship")),
                ]
            )
        }
    }

    /// An area event of a rule few areas meet.
    mutating func rareOfArea() -> (kind: FactKind, attributes: Attributes) {
        switch pick([0, 1, 2, 3]) {
        case 0:
            return (
                .hazardWarned,
                [
                    (.level, .integer(fen(1...3))), (.leadHours, .integer(fen(3...12))),
                    (.until, .integer(ahead(5))),
                ]
            )
        case 1:
            return (
                .waterQuality,
                [
                    (.event, .text(pick(["failed", "passed"]))), (.plantCode, .text("W1")),
                    (.item, .text("microbial")),
                ]
            )
        case 2:
            return (
                .firmState,
                [
                    (.event, .text(pick(["abnormal", "restored"]))),
                    (.creditCode, .text(pick(["F1", "F2"]))),
                ]
            )
        default:
            return (
                .price,
                [
                    (.item, .text("work")), (.priceFen, .integer(fen(500...1_000))),
                    (.meanPriceFen, .integer(1_000)),
                ]
            )
        }
    }

    private var number: (attribute: Attribute, value: Fact.Value) {
        mutating get { (.number, .pseudonym(Pseudonym.digest("number \(pick([1, 2]))"))) }
    }

    /// A day up to so many days ahead.
    private mutating func ahead(_ days: Int64) -> Int64 {
        Int64(day.number) + fen(0...days)
    }
}
