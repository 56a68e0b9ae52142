import Households

extension HorizonTests {
    /// Ages and ends of the facts in lists, the costs of care and school, days without water.
    static let lists = [
        Case(
            condition: "member: m.certificates.exists(c, c.isFirst && c.daysAgo < 90)",
            home: home { $0.add(.disabilityCertificate, of: 1, "2026-03-10") },
            first: "no", turns: ["2026-03-10 yes", "2026-06-08 no"]),
        Case(
            condition: """
                when: 'loans.exists(l, l.isLatest && l.event == "overdue" && l.daysAgo >= 30)'
                """,
            home: home {
                $0.add(.loan, "2026-03-10", [(.event, .text("overdue"))])
                $0.add(.loan, "2026-06-01", [(.event, .text("repaid"))])
            },
            first: "no", turns: ["2026-04-09 yes", "2026-06-01 no"]),
        // 60 days before 9 May is 10 March; the day itself still counts.
        Case(
            condition: """
                member: m.jobs.exists(j, j.isLatest && j.daysLeft >= 0 && j.daysLeft <= 60)
                """,
            home: home {
                $0.add(
                    .jobStarted, of: 1, "2025-12-01",
                    [(.employerCode, .text("e")), (.contractUntil, Home.dayValue("2026-05-09"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2026-05-10 no"]),
        Case(
            condition: "when: warnings.exists(w, w.isLatest && w.daysLeft >= 0)",
            home: home {
                $0.areaEvent(.hazardWarned, "2026-03-10", [(.until, Home.dayValue("2026-03-12"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2026-03-13 no"]),
        Case(
            condition: "member: m.isAway",
            home: home {
                $0.add(.custody, of: 1, "2026-03-10", [(.until, Home.dayValue("2026-04-20"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2026-04-20 no"]),
        Case(
            condition: "when: deaths.exists(x, x.daysAgo < 90)",
            home: home {
                $0.register(2)
                $0.add(.personDeceased, of: 2, "2026-03-10")
            },
            first: "no", turns: ["2026-03-10 yes", "2026-06-08 no"]),
        Case(
            condition: "when: eliminatedDays >= 0 && eliminatedDays <= 365",
            home: home {
                $0.add(.householdClass, "2026-03-10", [(.householdClass, .text("eliminated"))])
            },
            first: "no", turns: ["2026-03-10 yes", "2027-03-11 no"]),
        // Seven days, 10 to 16 March; the first is 100 days old on 18 June.
        Case(
            condition: "when: daysWithoutWater(100) > 6",
            home: home {
                $0.areaEvent(.waterInterrupted, "2026-03-10")
                $0.areaEvent(.waterRestored, "2026-03-10", [(.to, Home.dayValue("2026-03-17"))])
            },
            first: "no", turns: ["2026-03-16 yes", "2026-06-18 no"]),
    ]

    /// What turns with the month or on a day of the year, for those alone who have such facts.
    static let guardedCalendar = [
        Case(
            condition: """
                having: [education.enrolment]
                    params: {fromDayOfYear: 116, untilDayOfYear: 244}
                    when: dayOfYear >= param.fromDayOfYear && dayOfYear < param.untilDayOfYear
                """,
            home: home { $0.add(.schoolEnrolment, of: 1, "2026-01-01") },
            first: "no",
            turns: ["2026-04-26 yes", "2026-09-01 no", "2027-04-26 yes", "2027-09-01 no"]),
        Case(
            condition: """
                having: [education.fee]
                    params: {startDayOfYear: 244}
                    when: schoolingCost(param.startDayOfYear) >= 100
                """,
            home: home {
                $0.add(
                    .schoolEnrolment, of: 1, "2025-09-01",
                    [(.status, .text("enrolled")), (.stage, .text("senior"))])
                $0.add(.schoolFee, of: 1, "2026-03-10", fen: 100)
            },
            first: "no", turns: ["2026-03-10 yes", "2026-09-01 no"]),
        // W(30) begins in April from 30 April on, in May from 30 May on.
        Case(
            condition: "when: usualCare(30, 1) > 0",
            home: home {
                $0.add(.settlement, of: 1, "2026-03-10", [(.selfPaidFen, .integer(100))])
            },
            first: "no", turns: ["2026-04-30 yes", "2026-05-30 no"]),
        // March is one of the last two months of `M12` from 15 April until 14 June.
        Case(
            condition: #"member: 'm.subsidy("pension", 2) > 0'"#,
            home: home {
                $0.add(.subsidyPaid, of: 1, "2026-03-10", fen: 100, [(.item, .text("pension"))])
            },
            first: "no", turns: ["2026-04-15 yes", "2026-06-15 no"]),
    ]
}
