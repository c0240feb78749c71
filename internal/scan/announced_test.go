package scan_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// fieldsOfAllLanguages are fields as APIs name them, and what their values are.
const fieldsOfAllLanguages = `
NAME firstName Leila
NAME last_name O'Brien
NAME given-name Thandiwe
NAME FullName Aoife Ní Bhriain
NAME cardholder_name JANE Q DOE
NAME customer.name Xolani Mabuza
NAME patient.name.family Nakamura
NAME billing.fullName Dr. Anna Weiß
NAME vorname Jürgen
NAME nachname Groß
NAME kontoinhaber Erika Mustermann
NAME prenom Zoé
NAME nomDeFamille Lefèvre
NAME nom_complet Jean-Luc Moreau
NAME apellidos García Márquez
NAME nombre_completo José Ignacio de la Torre
NAME sobrenome Gonçalves
NAME nomeCompleto Ana Beatriz dos Santos
NAME cognome D'Angelo
NAME nome_cognome Giulia Bianchi
NAME achternaam van der Berg
NAME voornaam Sanne
NAME emergency_contact_name Bob Hollander
NAME users.name Priya Raman
DOB date_of_birth 1984-11-02
DOB birthDate 02/11/1984
DOB dateOfBirth 2 Nov 1984
DOB geburtsdatum 02.11.1984
DOB dateNaissance 02/11/1984
DOB fecha_nacimiento 02/11/1984
DOB fechaNacimiento 1984-11-02
DOB data_nascimento 02/11/1984
DOB data_di_nascita 02/11/1984
DOB geboortedatum 02-11-1984
DOB DOB 19841102
DOB patient.birth_date 1984-11-02T00:00:00Z
ADDRESS address.street 12 Main Street
ADDRESS streetAddress 1600 Amphitheatre Parkway
ADDRESS addressLine1 Flat 3, 12 High St
ADDRESS shipping.address_line_1 221B Baker Street
ADDRESS strasse Lindenallee 7
ADDRESS anschrift Musterweg 12, 50667 Köln
ADDRESS adresse_livraison 4 place de la République, 13001 Marseille
ADDRESS direccion Avenida de la Constitución 5, 41001 Sevilla
ADDRESS endereco Rua das Flores, 123
ADDRESS indirizzo Via Garibaldi 14, 20121 Milano
ADDRESS adres Prinsengracht 263, 1016 GV Amsterdam
ADDRESS home_address 47 W 13th St, New York, NY 10011
POSTCODE zip 10011
POSTCODE zip_code 94105-1420
POSTCODE postalCode SW1A 2AA
POSTCODE plz 50667
POSTCODE code_postal 13001
POSTCODE codigoPostal 41001
POSTCODE cep 01310-100
POSTCODE cap 20121
POSTCODE address.postcode 1016 GV
PHONE phoneNumber 2025550143
PHONE contact.mobile 07700 900123
PHONE telefonnummer 0221 4710988
PHONE telephone 01 42 68 53 00
PHONE telefono 612345678
PHONE celular (11) 98765-4321
PHONE cellulare 347 1234567
PHONE telefoonnummer 06-12345678
PHONE fax_number 2025550144
PHONE work_phone +44 20 7946 0958
CVV cvv 842
CVV card.cvc 8421
CVV security_code 842
CVV codigo_seguridad 842
CVV payment.cvv2 842
BANK_ACCOUNT accountNumber 0011223344
BANK_ACCOUNT bank_account_number 001122334455
BANK_ACCOUNT kontonummer 532013000
BANK_ACCOUNT numero_compte 00050013M026
BANK_ACCOUNT numeroCuenta 0200051332
BANK_ACCOUNT rekeningnummer 0417164300
BANK_ACCOUNT beneficiary_account_number 12345678
ROUTING routingNumber 021000021
ROUTING bank.aba 011401533
ROUTING sortCode 20-00-00
BIC bic_code COBADEFFXXX
BIC swift NEDSZAJJ
SSN ssn 536-90-4399
SSN socialSecurityNumber 536904399
SSN employee_ssn 536904399
SSN applicant.ssn 536 90 4399
PASSPORT passport_no 533380006
PASSPORT passportNumber C03005988
PASSPORT travel_document_number X1234567
PASSPORT reisepassnummer C01X00T47
PASSPORT numero_passeport 12AB34567
PASSPORT pasaporte AAA123456
PASSPORT passaporto YA1234567
DRIVER_LICENSE driversLicenseNumber D1234567
DRIVER_LICENSE driving_licence_no MORGA657054SM9IJ
DRIVER_LICENSE fuehrerscheinnummer B072RRE2I55
DRIVER_LICENSE permis_de_conduire 123456789012
DRIVER_LICENSE rijbewijsnummer 5123456789
DRIVER_LICENSE cnh 12345678901
MRN medicalRecordNumber 00123456
MRN patient.mrn A-1234567
MRN patient_id 1234567
MRN patientennummer 1234567
HEALTH_PLAN insuranceMemberId XYZ123456789
HEALTH_PLAN memberId W123456789
HEALTH_PLAN subscriber_id 987654321
HEALTH_PLAN mbi 1EG4TE5MK73
HEALTH_PLAN versichertennummer A123456780
NPI providerNpi 1234567893
NPI npi_number 1245319599
DEA dea BJ6125341
VIN vehicle.vin 1M8GDM9AXKP042788
VIN fahrgestellnummer WVWZZZ1JZXW000001
LICENSE_PLATE plateNumber 8ABC123
LICENSE_PLATE kennzeichen M-XY 999
LICENSE_PLATE kenteken GB-001-B
LICENSE_PLATE targa AB123CD
LICENSE_PLATE placa ABC1D23
LICENSE_PLATE immatriculation AB-123-CD
IMEI device.imei 490154203237518
ICCID sim.iccid 8944110068257194303
MAC wifi_mac AA:BB:CC:DD:EE:FF
MAC hwaddr.mac 0012.7feb.6b40
IP clientIp 10.1.2.3
IP user.ip_address 1.2.3.4
IP remoteAddr ::1
BIOMETRIC face_template_id ft_8842991
BIOMETRIC biometrics.iris_code 4f9a00c2d77e11
BIOMETRIC huella_dactilar a8f5f167f44f4964
NATIONAL_ID cpf 52998224725
NATIONAL_ID cnpj 11.222.333/0001-81
NATIONAL_ID dni 12345678Z
NATIONAL_ID nie X1234567L
NATIONAL_ID codiceFiscale RSSMRA85T10A562S
NATIONAL_ID steuerId 86095742719
NATIONAL_ID nino QQ123456C!
NATIONAL_ID national_insurance_number AB123456C
NATIONAL_ID bsn 111222333
NATIONAL_ID numeroSecuriteSociale 255081416802538
NATIONAL_ID pesel 44051401358!
NATIONAL_ID pesel 44051401458
NATIONAL_ID aadhaarNumber 3675 9834 6015!
NATIONAL_ID curp BOXW310820HNERXN09
NATIONAL_ID rut 12.345.678-5
NATIONAL_ID national_id 85073003328
NATIONAL_ID license_number MD-409714
ITIN itin 912-70-1234
`

// fieldsOfNobody hold nothing personal, though their names and values come near.
const fieldsOfNobody = `
name main.go
name Reading Lamp
name nginx-ingress
name Standard Plan
name Order Shipped
product.name Victoria Sponge
product.name Rose Martin
company.name Morgan Stanley
repository.name James Webb
file_name John Smith
hostname jane
display_name admin
username jsmith
event_name Page View
city San Francisco
street_view true
address 0xdeadbeef1234
address 10.0.0.1:8080
email_address_verified true
zip archive.zip
zip_size 10011
postal true
phone_type mobile
phone_verified_at 2026-01-02T10:00:00Z
card_type visa
card_brand Mastercard
passport_country US
passport_expiry 2030-01-02
birth_country DE
account_id acc_12345678
account_type checking
account_status 12345678
routing_key orders.created.v2
routing default
license MIT
license Apache-2.0
plate_size 12x10
vin_decoder v2
mac_os 14.5
ip_version 4
version 10.1.2.3
app_version 1.2.3.4
sin 0.5403023
pan 0.75
fin 2026
inn 3
pin 1234
cap 2000
rut 0
via email
security_code_sent true
device iPhone 15
device_id 490154203237518
vehicle_type car
expiry 3600
expires_at 2027-09-01
dob_required true
member_count 123456789
member_id jsmith
group_number 12
insurance_type HMO
timestamp 1693526400
patient_count 12345
patient true
titular 2
iris true
fingerprint 9f86d081884c7d659a2feaa0c55ad015
face happy
tax_id_type us_ein
tax 21
ssn_last4 4399
number 536904399
code 021000021
reference 52998224725
`

// lines reads a table of space-separated columns, the last of which may have spaces.
func lines(table string, columns int) (rows [][]string) {
	for line := range strings.Lines(strings.TrimSpace(table)) {
		rows = append(rows, strings.SplitN(strings.TrimSpace(line), " ", columns))
	}
	return rows
}

func inFields(t *testing.T, path, value string) []byte {
	t.Helper()
	var body any = value
	for _, name := range slices.Backward(strings.Split(path, ".")) {
		body = map[string]any{name: body}
	}
	out, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFieldsOfAllLanguagesAnnounceTheirValues(t *testing.T) {
	t.Parallel()
	for _, row := range lines(fieldsOfAllLanguages, 3) {
		findingType, path, value := row[0], row[1], row[2]
		plain := strings.TrimSuffix(value, "!") // does not pass its check
		body := inFields(t, path, plain)
		if found := hasType(judge(everything(), "application/json", body), findingType); found != (plain == value) {
			t.Errorf("%s: %s is %v", body, findingType, found)
		}
	}
}

// What is read many members at a time, and numbers, are announced like what is read alone.
func TestNumbersAreAnnouncedWhereverTheyStand(t *testing.T) {
	t.Parallel()
	const body = `{"zip":10011,"cvv": 842,"number":"4111111111111111","note":"as ever, and more of it","cvc":123,"amount":1234,"quantity":12}`
	want := []found{{"POSTCODE", "10011", "raw"}, {"CVV", "842", "raw"}, {"CARD", "4111111111111111", "raw"}, {"CVV", "123", "raw"}}
	for cut := range len(body) {
		var s scan.Scanner
		s.Reset(everything(), scan.Request, "application/json")
		s.Write([]byte(body[:cut]))
		s.Write([]byte(body[cut:]))
		if diff := cmp.Diff(want, findings(s.Finish(), body)); diff != "" {
			t.Fatalf("cut at %d:\n%s", cut, diff)
		}
	}
}

func TestFieldsOfNobodyAnnounceNothing(t *testing.T) {
	t.Parallel()
	for _, row := range lines(fieldsOfNobody, 2) {
		body := inFields(t, row[0], row[1])
		for _, f := range judge(everything(), "application/json", body).Findings {
			if slices.Contains(scan.PIITypes(), f.Type) && f.Rule != "octets" && f.Rule != "luhn-iin" {
				t.Errorf("%s: %s %s by %s", body, f.Type, f.Subtype, f.Rule)
			}
		}
	}
}
