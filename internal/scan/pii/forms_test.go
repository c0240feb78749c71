package pii_test

import "testing"

// Forms that prove themselves, or that people write without the words that tables expect, and what comes near to them.
func TestNumbersAreFoundInTheFormsPeopleWrite(t *testing.T) {
	t.Parallel()
	check(t, []positive{
		{"", "ruf 0151 23456789 an", "PHONE 0151 23456789"},
		{"", "on 07700 900123 today", "PHONE 07700 900123"},
		{"", "bel 06-12345678", "PHONE 06-12345678"},
		{"", "ara 532 123 45 67", "PHONE 532 123 45 67"},
		{"", "ara 532.123.45.67", "PHONE 532.123.45.67"},
		{"", "0 (532) 1234567", "PHONE 0 (532) 1234567"},
		{"", "My UK number is 13812345678", "PHONE 13812345678"},
		{"", "you can reach me at 612 345 678", "PHONE 612 345 678"},
		{"contactNumber", "98765 43210", "PHONE 98765 43210"},
		{"", "122000000000003", "CARD 122000000000003"},
		{"", "born on 19850723", "DOB 19850723"},
		{"", "HKID G123456(A)", "NATIONAL_ID G123456(A)"},
		{"", "contribuinte n.º 236633457", "NATIONAL_ID 236633457"},
		{"", "x9613851n", "NATIONAL_ID x9613851n"},
		{"", "Y8063915-Z", "NATIONAL_ID Y8063915-Z"},
		{"", "1EG4TE5MK73", "HEALTH_PLAN 1EG4TE5MK73"},
		{"ethAddress", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "CRYPTO_WALLET 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"},
		{"", "uid: jane.doe@example.com", "EMAIL jane.doe@example.com"},
	}, []positive{
		{"", "-rw-r--r-- 0644 1234567 a", ""},                  // a mode and a size
		{"", "0151 23456789 0151", ""},                         // a row of numbers
		{"order_id", "0151 23456789", ""},                      //
		{"id", "122000000000003", ""},                          // a rare length under another name
		{"", "5 532 123 45 67 8", ""},                          // a row of numbers
		{"sku", "48337214T", ""},                               // the field says what it is
		{"", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", ""}, // a checksum that is wrong, and nothing that speaks of a wallet
		{"", "UID:19960401T080045Z-4000F192713@example.com", ""},
		{"", "Message-ID: <545627C2.3050608@example.com>", ""},
	})
}

// A number among numbers is passed by unless something else is said of it.
func TestNumbersInRowsAreFoundWhereTheyBegin(t *testing.T) {
	t.Parallel()
	check(t, []positive{
		{"", "1 2 3 614-604-0986", "PHONE 614-604-0986"},
		{"", "7 536-90-4399", "SSN 536-90-4399"},
		{"", "1 2 4111 1111 1111 1111", "CARD 4111 1111 1111 1111"},
		{"", "9 2 55 08 14 168 025 38", "NATIONAL_ID 2 55 08 14 168 025 38"},
		{"", "1.2.3 +49 30 901820", "PHONE +49 30 901820"},
		{"phone", "1 2 614 604 0986", "PHONE 1 2 614 604 0986"},
	}, []positive{
		{"", "1 614 604 098 6 1 2 3", "SSN"},
		{"", "1 2 3 4 5 6 7 8 9 10 11 12 13", ""},
		{"", "10.1.2.3.4.5.6.7", ""},
	})
}
