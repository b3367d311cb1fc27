//! Names of people, by country, and addresses derived from them.

use super::dice::Dice;

/// First names of women and of men, and surnames.
struct PersonNames {
    women: [&'static str; 12],
    men: [&'static str; 12],
    surnames: [&'static str; 16],
}

/// Draws a full name that is likely in `country`; one person in ten has a name from elsewhere.
pub fn name(dice: &mut Dice, country: &str, woman: bool) -> String {
    let names = if dice.chance(0.1) { &WORLD } else { of_country(country) };
    let given = if woman { dice.any(&names.women) } else { dice.any(&names.men) };
    format!("{given} {}", dice.any(&names.surnames))
}

/// Draws an address at a domain reserved for examples (RFC 2606), so that no mail ever reaches anyone.
pub fn email(dice: &mut Dice, name: &str) -> String {
    let mut local = String::with_capacity(32);
    name.chars().for_each(|letter| push_plain(&mut local, letter));
    let domain = dice.weighted(&["example.com", "example.org", "example.net"], &[6, 3, 1]);
    format!("{local}{}@{domain}", dice.between(1, 99))
}

/// Appends the letter as people write it in an address; omits letters without such a form.
fn push_plain(text: &mut String, letter: char) {
    match letter {
        ' ' => text.push('.'),
        'a'..='z' => text.push(letter),
        'A'..='Z' => text.push(letter.to_ascii_lowercase()),
        'ä' => text.push_str("ae"),
        'ö' | 'Ö' => text.push_str("oe"),
        'ü' => text.push_str("ue"),
        'ß' => text.push_str("ss"),
        'á' | 'ã' | 'å' | 'ą' | 'ạ' | 'Á' | 'Å' => text.push('a'),
        'ç' | 'Ç' => text.push('c'),
        'Đ' => text.push('d'),
        'é' | 'è' | 'ë' | 'ễ' | 'É' => text.push('e'),
        'ğ' => text.push('g'),
        'í' | 'î' | 'ï' | 'ı' | 'Í' => text.push('i'),
        'ł' | 'Ł' => text.push('l'),
        'ñ' | 'ń' => text.push('n'),
        'ó' | 'ô' | 'ọ' => text.push('o'),
        'ś' | 'ş' | 'Ş' => text.push('s'),
        'ú' | 'ứ' => text.push('u'),
        'ź' | 'Ż' => text.push('z'),
        '李' => text.push_str("li"),
        '山' => text.push_str("yama"),
        '田' => text.push_str("da"),
        _ => {}
    }
}

fn of_country(country: &str) -> &'static PersonNames {
    match country {
        "DE" => &GERMAN,
        "FR" => &FRENCH,
        "PL" => &POLISH,
        "ES" => &SPANISH,
        "SE" => &SWEDISH,
        "NL" => &DUTCH,
        _ => &ENGLISH,
    }
}

#[rustfmt::skip]
const ENGLISH: PersonNames = PersonNames {
    women: [
        "Emily", "Olivia", "Grace", "Hannah", "Zoë", "Megan", "Charlotte", "Ruth", "Imogen", "Paige", "Nora",
        "Siobhán",
    ],
    men: [
        "Jack", "Oliver", "Thomas", "Callum", "Ethan", "Noah", "Owen", "George", "Rhys", "Marcus", "Liam",
        "Seán",
    ],
    surnames: [
        "Smith", "Jones", "Taylor", "Brown", "Walker", "Evans", "Wright", "Robinson", "O'Neill", "Murphy",
        "Bennett", "Carter", "Hughes", "Brontë", "Miller", "Fraser",
    ],
};

#[rustfmt::skip]
const GERMAN: PersonNames = PersonNames {
    women: [
        "Anna", "Jutta", "Käthe", "Lena", "Miriam", "Sabine", "Frieda", "Bärbel", "Ute", "Clara", "Heike",
        "Franziska",
    ],
    men: [
        "Jürgen", "Lukas", "Björn", "Günther", "Paul", "Matthias", "Jörg", "Felix", "Tobias", "Götz", "Uwe",
        "Karl",
    ],
    surnames: [
        "Müller", "Schmidt", "Schröder", "Fischer", "Weiß", "Krüger", "Vogel", "Böhm", "Hoffmann", "Köhler",
        "Lange", "Groß", "Jäger", "Wolff", "Becker", "Özdemir",
    ],
};

#[rustfmt::skip]
const FRENCH: PersonNames = PersonNames {
    women: [
        "Chloé", "Inès", "Léa", "Françoise", "Amélie", "Margaux", "Zoé", "Hélène", "Camille", "Odile", "Noémie",
        "Jeanne",
    ],
    men: [
        "François", "Théo", "Loïc", "Jérôme", "Hugo", "Étienne", "Rémi", "Gaël", "Louis", "Antoine", "André",
        "Yves",
    ],
    surnames: [
        "Lefèvre", "Dubois", "Moreau", "Gagné", "Benoît", "Rousseau", "Fournier", "Girard", "Mercier", "Côté",
        "Garnier", "Lemaître", "Perrin", "Tremblay", "Renault", "Désiré",
    ],
};

#[rustfmt::skip]
const POLISH: PersonNames = PersonNames {
    women: [
        "Zofia", "Małgorzata", "Agnieszka", "Łucja", "Hanna", "Maja", "Katarzyna", "Żaneta", "Ola", "Ewa",
        "Julia", "Iga",
    ],
    men: [
        "Łukasz", "Paweł", "Michał", "Jan", "Wojciech", "Stanisław", "Kuba", "Tomasz", "Piotr", "Rafał",
        "Zbigniew", "Adam",
    ],
    surnames: [
        "Nowak", "Wójcik", "Kamiński", "Zając", "Dąbrowski", "Król", "Wiśniewski", "Szymański", "Woźniak",
        "Gołąb", "Kaczmarek", "Pawłowski", "Mazur", "Sikora", "Żuk", "Baran",
    ],
};

#[rustfmt::skip]
const SPANISH: PersonNames = PersonNames {
    women: [
        "Lucía", "María", "Begoña", "Carmen", "Inés", "Nerea", "Rocío", "Ángela", "Marta", "Itziar", "Paula",
        "Sofía",
    ],
    men: [
        "José", "Íñigo", "Álvaro", "Javier", "Andrés", "Pablo", "Martín", "Joaquín", "Iker", "Raúl", "Diego",
        "Jordi",
    ],
    surnames: [
        "García", "Muñoz", "Ibáñez", "López", "Peña", "Núñez", "Martínez", "Vázquez", "Ruiz", "Castaño",
        "Domínguez", "Serrano", "Ortega", "Yáñez", "Blanco", "Prieto",
    ],
};

#[rustfmt::skip]
const SWEDISH: PersonNames = PersonNames {
    women: [
        "Åsa", "Linnéa", "Maja", "Ebba", "Märta", "Signe", "Elin", "Malin", "Sara", "Ylva", "Karin", "Freja",
    ],
    men: [
        "Björn", "Göran", "Axel", "Håkan", "Nils", "Olle", "Sven", "Måns", "Erik", "Åke", "Jonas", "Viktor",
    ],
    surnames: [
        "Andersson", "Sjöberg", "Lindström", "Åkesson", "Bergström", "Nyström", "Öberg", "Ek", "Hedlund",
        "Norén", "Lundqvist", "Sandström", "Forsberg", "Wikström", "Dahl", "Holm",
    ],
};

#[rustfmt::skip]
const DUTCH: PersonNames = PersonNames {
    women: [
        "Femke", "Anouk", "Sanne", "Loïs", "Marijke", "Lotte", "Fleur", "Tess", "Renée", "Ineke", "Noor",
        "Eefje",
    ],
    men: [
        "Daan", "Sem", "Bram", "Jeroen", "Niels", "Koen", "René", "Maarten", "Thijs", "Joost", "Wouter",
        "Ruben",
    ],
    surnames: [
        "de Vries", "van den Berg", "Bakker", "Jansen", "Visser", "Mulder", "de Boer", "van Dijk", "Smit",
        "Meijer", "Brouwer", "Vos", "Kuipers", "Postma", "ten Brink", "Veenstra",
    ],
};

#[rustfmt::skip]
const WORLD: PersonNames = PersonNames {
    women: [
        "Ngọc", "Ayşe", "Adaeze", "Priya", "Yuki", "Fatima", "Elif", "Thandiwe", "Mei", "Sakura", "Amara",
        "Işıl",
    ],
    men: [
        "Đức", "Çağlar", "Chidi", "Arjun", "Kenji", "Omar", "Barış", "Sipho", "Wei", "Thiago", "João", "Kwame",
    ],
    surnames: [
        "Nguyễn", "Yılmaz", "Okafor", "Sharma", "Tanaka", "Hassan", "Öztürk", "Dlamini", "李", "山田", "Conceição",
        "Mensah", "Phạm", "Şahin", "Iyer", "Nowicki",
    ],
};

#[cfg(test)]
mod tests {
    use super::super::dice::DiceBox;
    use super::*;

    #[test]
    fn name_letters_have_plain_form() {
        let lists = [&ENGLISH, &GERMAN, &FRENCH, &POLISH, &SPANISH, &SWEDISH, &DUTCH, &WORLD];
        for text in lists.iter().flat_map(|l| l.women.iter().chain(&l.men).chain(&l.surnames)) {
            for letter in text.chars().filter(|c| c.is_alphabetic()) {
                let mut plain = String::new();
                push_plain(&mut plain, letter);
                assert!(!plain.is_empty(), "{letter} in {text}");
            }
        }
    }

    #[test]
    fn email_is_plain_and_undeliverable() {
        let mut dice = DiceBox::new(1).dice_of_row(0);
        let address = email(&mut dice, "Jürgen Weiß");
        assert!(address.starts_with("juergen.weiss"), "{address}");
        assert!(address.contains("@example."), "{address}");
    }
}
