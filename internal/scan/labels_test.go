package scan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// sentencesOfAllLanguages have one value each, between « and », that words before or behind it announce.
const sentencesOfAllLanguages = `
SSN Her social security number is «536904399».
SSN SSN# «536-90-4399»
PASSPORT Passport No.: «533380006»
PASSPORT Travelling on passport «C03005988» tomorrow
PASSPORT Meine Reisepassnummer lautet «C01X00T47».
PASSPORT Mon numéro de passeport est le «12AB34567».
PASSPORT El número de pasaporte es «AAA123456».
PASSPORT O número do passaporte é «YA1234567».
PASSPORT Numero di passaporto: «YA7654321»
PASSPORT Mijn paspoortnummer is «NXL4R2P76»
DRIVER_LICENSE Driver's licence number «D1234567» expires soon
DRIVER_LICENSE driver license: «F25592150094»
DRIVER_LICENSE Führerschein Nr. «B072RRE2I55»
DRIVER_LICENSE permis de conduire n° «123456789012»
DRIVER_LICENSE rijbewijs «5123456789»
DOB Date of birth: «11/02/1984»
DOB She was born on «2 November 1984» in Leeds
DOB DOB: «Nov 2, 1984»
DOB Er ist geboren am «2.11.1984» in Köln
DOB geb. «02.11.1984»
DOB née le «2 novembre 1984» à Lyon
DOB Fecha de nacimiento: «02/11/1984»
DOB nacido el «2 de noviembre de 1984»
DOB Data de nascimento «02/11/1984»
DOB nata il «2 novembre 1984»
DOB geboren op «2 november 1984»
BANK_ACCOUNT Please wire to account no. «0011223344»
BANK_ACCOUNT acct# «001122334455»
BANK_ACCOUNT Kontonummer: «532013000»
BANK_ACCOUNT número de cuenta «0200051332»
BANK_ACCOUNT rekeningnummer «0417164300»
ROUTING ABA routing number: «021000021»
ROUTING sort code «20-00-00», thanks
CVV the CVV is «842»
CVV security code: «8421»
MRN MRN: «00123456» admitted
MRN Patient ID «1234567» was seen
HEALTH_PLAN Medicare number «1EG4-TE5-MK73»
HEALTH_PLAN Insurance ID: «XYZ123456789»
HEALTH_PLAN member ID is «W123456789»
NPI Dr. Lee, NPI «1234567893», signed
DEA DEA #«BJ6125341»
VIN VIN: «1M8GDM9AXKP042788»
VIN Fahrgestellnummer «WVWZZZ1JZXW000001»
LICENSE_PLATE license plate number «8ABC123»
LICENSE_PLATE Das Kennzeichen ist «HH-AB 1234».
LICENSE_PLATE matrícula «1234 BCD»
LICENSE_PLATE kenteken «GB-001-B»
IMEI IMEI: «490154203237518»
ICCID ICCID «8944110068257194303»
MAC MAC address «0012.7feb.6b40»
IP my IP is «1.2.3.4»
IP connecting from «10.0.0.1»
POSTCODE postcode: «SW1A 2AA»
POSTCODE PLZ «50667» Köln
POSTCODE ZIP code «94105-1420»
NATIONAL_ID My National Insurance Number is «AB 12 34 56 C».
NATIONAL_ID NHS number «401 023 2137»
NATIONAL_ID Meine Steuer-ID: «86095742719»
NATIONAL_ID mon numéro de sécurité sociale est «2 55 08 14 168 025 38»
NATIONAL_ID Mi DNI es «12345678Z».
NATIONAL_ID «12345678Z» es mi DNI
NATIONAL_ID o CPF é «529.982.247-25»
NATIONAL_ID codice fiscale «RSSMRA85T10A562S»
NATIONAL_ID mijn BSN is «111222333»
NATIONAL_ID PESEL «44051401458»
NATIONAL_ID Social Insurance Number: «046 454 286!»
NATIONAL_ID CNPJ «11.222.333/0001-81»
NATIONAL_ID license number «MD-409714»
ADDRESS My address is «12 Main Street, Springfield, IL 62704»
ADDRESS I live at «221B Baker Street»
ADDRESS Please deliver to «10 Downing Street, London SW1A 2AA»
ADDRESS Ich wohne in der «Lindenallee 7, 50667 Köln»
ADDRESS Adresse: «4 place de la République, 13001 Marseille»
ADDRESS Dirección: «Calle Mayor 12, 28013 Madrid»
ADDRESS abito in «Via Garibaldi 14, 20121 Milano»
NAME Dear «Jane Doe», thank you
NAME Dear Mr. «Okafor», thank you
NAME Sehr geehrter Herr «Müller»,
NAME Chère Madame «Lefebvre»,
NAME Estimado señor «García»,
NAME Gentile dott. «Rossi»,
NAME Beste mevrouw «de Vries»,
NAME My name is «Priya Sharma» and I
NAME Ich heiße «Jürgen Schmidt».
NAME Je m'appelle «Camille Moreau»
NAME Me llamo «Lucía Fernández»
NAME Mi chiamo «Giulia Bianchi»
NAME Ik heet «Sanne Visser»
NAME Patient: «Olivia Tanaka» was seen
NAME Name: «Linda Santos»
PHONE Tel: «020 7946 0958»
PHONE Rufen Sie mich an: «0221 4710988»? Telefon «0221 4710988»
PHONE mon portable est le «06 12 34 56 78»
PHONE my cell: «2025550143»
`

// sentencesOfNobody have numbers and names of nothing personal.
const sentencesOfNobody = `
Chapter 12 begins on page 345 of the 2019 edition.
The order 4485-99812 was delayed by 3 days and costs $1,249.99.
In 1984 the company had 12000 employees in 45 countries.
The license was changed to version 2.0 in 2004.
Born to Run sold 6 million copies by 1985.
The passport office opens at 9:00 and closes at 17:30.
Patient outcomes improved by 23.5% over 12 months.
Our account manager will call within 24 hours.
Dear Customer, your order 123456789 has shipped.
Dear Hiring Manager, I am writing about position 20934.
Mr. President, the vote was 52 to 48.
The driver version 460.32.03 fixes CVE-2021-1056.
His name is on the list of 500 people.
The address of the variable is 0x7ffe12345678.
Set the vehicle speed to 120 km/h and the device temperature to 45.
Take the 12 bus to Park Street and then walk 5 minutes.
The 10 Best Ways to Save Money in 2024
Room 1204, Building 7, floor 3
Invoice 2024-00123, due 30.11.2024, total 1.234,56 EUR
See section 4.2.1.3 and RFC 2119 from March 1997.
Commit 3f2a9c1 touched 12 files, +345 -67.
ISBN 978-3-16-148410-0 has 13 digits
pip install requests==2.31.0 urllib3==2.0.7
Die Firma wurde 1923 in der Stadt gegründet und hat 450 Mitarbeiter.
Le numéro 12 de la revue est paru en mai 1998.
El capítulo 5 tiene 32 páginas.
The iris has 3 petals and the face of the cube 4 corners.
Sim City 2000 and Windows 95 are from the 90s.
The pan weighs 1200 grams, the tin 350.
UTC 20240131T235959Z and epoch 1706745599
Model X9-4500B, part number AB123456C, serial 4CE0460D0G
`

func TestSentencesOfAllLanguagesAnnounceTheirValues(t *testing.T) {
	t.Parallel()
	for _, row := range lines(sentencesOfAllLanguages, 2) {
		before, rest, _ := strings.Cut(row[1], "«")
		value, after, _ := strings.Cut(rest, "»")
		value, fails := strings.CutSuffix(value, "!") // does not pass its check
		after = strings.NewReplacer("«", "", "»", "").Replace(after)
		text := before + value + after
		got := findings(judge(everything(), "text/plain", []byte(text)), text)
		ok := slices.ContainsFunc(got, func(f found) bool { return f.Type == row[0] && f.Text == value })
		if ok == fails {
			t.Errorf("%s in %q: %v", row[0], text, got)
		}
	}
}

func TestSentencesOfNobodyAnnounceNothing(t *testing.T) {
	t.Parallel()
	for text := range strings.Lines(strings.TrimSpace(sentencesOfNobody)) {
		for _, f := range judge(everything(), "text/plain", []byte(text)).Findings {
			if slices.Contains(scan.PIITypes(), f.Type) {
				t.Errorf("%s: %s %s %q by %s", text, f.Type, f.Subtype, text[f.Start:f.End], f.Rule)
			}
		}
	}
}

// Ordinary texts announce nobody; what is plainly there (addresses of mail, web and machines) is another matter.
func TestOrdinaryTextsAnnounceNobody(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"prose.txt", "code.txt", "data.txt", "html.txt"} {
		for name, text := range ordinary(t, file) {
			for _, f := range judge(everything(), "text/plain", []byte(text)).Findings {
				switch f.Type {
				case "EMAIL", "URL", "IP", "PHONE", "MAC":
					continue
				}
				if slices.Contains(scan.PIITypes(), f.Type) {
					t.Errorf("%s: %s: %s %q by %s", file, name, f.Type, text[f.Start:f.End], f.Rule)
				}
			}
		}
	}
}
