using System.Security.Cryptography;
using System.Text;

namespace PoshAcmeSharp.Challenges;

/// <summary>
/// The labels of dns-account-01 (draft-ietf-acme-dns-account-label): each account validates a name below a label of its
/// own, so that several can do it for one domain.
/// </summary>
public static class DnsAccountLabel
{
    private const int HashedBytes = 10;
    private const int BitsPerDigit = 5;
    private const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The labels to put in front of a domain: <c>_</c>, 16 digits of base32, <c>._acme-challenge</c>.</summary>
    /// <param name="accountUrl">The account's URL as the server gave it.</param>
    /// <returns>The labels in lower case, without a final dot.</returns>
    public static string ForAccount(string accountUrl)
    {
        using var sha = SHA256.Create();
        var hash = sha.ComputeHash(Encoding.UTF8.GetBytes(accountUrl));
        var label = new StringBuilder("_");
        for (var bit = 0; bit < HashedBytes * 8; bit += BitsPerDigit)
        {
            // A digit lies in one byte or in two; the hash is longer than what is taken of it.
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            label.Append(Digits[(pair >> (16 - BitsPerDigit - (bit % 8))) & 31]);
        }

        return label.Append("._acme-challenge").ToString();
    }
}
