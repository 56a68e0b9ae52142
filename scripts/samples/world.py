"""Everybody, by number."""
from samples.people import Household, Register
from samples.families import Worker


class World:
    def __init__(self):
        self.register = Register()
        self.households = []
        self.by_number = {}

    def put(self, household):
        assert household.number not in self.by_number, household.number
        self.by_number[household.number] = household
        self.households.append(household)
        return household

    def in_area(self, prefix):
        return [h for h in self.households if h.village.startswith(prefix)]

    def story(self, village, number, family, people, crops=0, costs=0, wages=(), other=(),
              bare=True):
        """A household that a story is told about.

        `people`: (relation, sex, birth). `crops`, `costs`: yuan earned and spent on the fields a
        year. `wages`: (index of the member, yuan a month, employer, since). `other`: more
        declared rows (kind, item, yuan), the same for 2024 and 2025.
        """
        household = Household(village, number, family)
        household.story, household.bare = True, bare
        for relation, sex, birth in people:
            household.people.append(self.register.person(birth, sex, relation))
        rows = [("business", "crops", crops, None)] if crops else []
        rows += [("expense", "crops", costs, None)] if costs else []
        rows += [(kind, item, yuan, None) for kind, item, yuan in other]
        for index, wage, employer, since in wages:
            person = household.people[index]
            person.worker = Worker(person, wage, employer, since)
            person.worker.exact = True
            rows.append(("wage", "work", wage * 12, person))
        household.yearly = {2024: list(rows), 2025: list(rows)}
        return self.put(household)
