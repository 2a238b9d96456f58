using System.Net;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using PoshAcmeSharp.Acme;

namespace PoshAcmeSharp.Certificates;

/// <summary>Makes certificate signing requests (PKCS#10, RFC 2986).</summary>
public static class CsrBuilder
{
    internal const int LongestCommonName = 64;

    private const int DigitalSignature = 0x80;
    private const int KeyEncipherment = 0x20;
    private const int UnusedBitsOfSignature = 7;
    private const int UnusedBitsOfSignatureAndEncipherment = 5;
    private const int StatusRequest = 5;

    /// <summary>
    /// Makes a request with subject alternative names, key usage and, if asked for, must-staple. It is signed with SHA-256,
    /// on P-384 with SHA-384, on P-521 with SHA-512.
    /// </summary>
    /// <param name="key">The key of the certificate.</param>
    /// <param name="options">What is asked for.</param>
    /// <returns>The request in DER, as finalize wants it in base64url (RFC 8555 section 7.4).</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidSubject</c>, <c>InvalidDomainName</c>, <c>NoNames</c>.</exception>
    public static byte[] Build(PrivateKey key, CsrOptions options)
    {
        if (options.Names.Count == 0)
        {
            throw new PoshAcmeException("NoNames", ErrorKind.InvalidArgument, "There is no name for the certificate.", "Give at least one name with -Domain.");
        }

        AcmeIdentifier[] names = [.. options.Names.Select(AcmeIdentifier.Parse).Distinct()];
        var subject = Subject(names[0], options.Subject);
        var info = new DerSequence(
            new DerInteger(0),
            subject,
            Der.Read(key.SubjectPublicKeyInfo),
            new DerTaggedObject(false, 0, new DerSet(new DerSequence(
                Oids.ExtensionRequest,
                new DerSet(Extensions(key, options, names, isSubjectEmpty: subject.Count == 0))))));
        var algorithm = SignatureAlgorithm.For(key.KeyLength);
        var signature = algorithm.Sign(key, Der.Encode(info));
        return Der.Encode(new DerSequence(info, algorithm.Identifier, new DerBitString(signature)));
    }

    /// <summary>Makes sure that a subject can be used, before something depends on it.</summary>
    /// <param name="subject">The subject; null and blank are fine.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidSubject</c>.</exception>
    public static void CheckSubject(string? subject)
    {
        if (!string.IsNullOrWhiteSpace(subject))
        {
            ParseSubject(subject!);
        }
    }

    private static Asn1Sequence Subject(AcmeIdentifier mainName, string? subject)
    {
        if (!string.IsNullOrWhiteSpace(subject))
        {
            return ParseSubject(subject!);
        }

        return mainName.Type == AcmeIdentifier.Dns && mainName.Value.Length <= LongestCommonName
            ? new DerSequence(new DerSet(new DerSequence(Oids.CommonName, new DerUtf8String(mainName.Value))))
            : new DerSequence();
    }

    private static Asn1Sequence ParseSubject(string subject)
    {
        try
        {
            // Encoded and read back, so that what is only found out while encoding is found here.
            return Asn1Sequence.GetInstance(Der.Read(Der.Encode(new X509Name(subject))));
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            throw new PoshAcmeException(
                "InvalidSubject",
                ErrorKind.InvalidArgument,
                $"'{subject}' is not a certificate subject.",
                "Write it as 'CN=example.com,O=Example,C=DE'.",
                e);
        }
    }

    private static DerSequence Extensions(PrivateKey key, CsrOptions options, AcmeIdentifier[] names, bool isSubjectEmpty)
    {
        var usage = key.IsEc
            ? new DerBitString([DigitalSignature], UnusedBitsOfSignature)
            : new DerBitString([DigitalSignature | KeyEncipherment], UnusedBitsOfSignatureAndEncipherment);
        var extensions = new Asn1EncodableVector
        {
            // Where the subject is empty the names must be critical (RFC 5280 section 4.2.1.6).
            Extension(Oids.SubjectAlternativeName, isSubjectEmpty, new DerSequence(names.Select(GeneralNameOf).ToArray())),
            Extension(Oids.KeyUsage, isCritical: true, usage),
        };
        if (options.MustStaple)
        {
            extensions.Add(Extension(Oids.TlsFeature, isCritical: false, new DerSequence(new DerInteger(StatusRequest))));
        }

        return new DerSequence(extensions);
    }

    /// <summary>An extension of a request or a certificate.</summary>
    internal static DerSequence Extension(DerObjectIdentifier oid, bool isCritical, Asn1Encodable value)
    {
        var octets = new DerOctetString(Der.Encode(value));
        return isCritical ? new DerSequence(oid, DerBoolean.True, octets) : new DerSequence(oid, octets);
    }

    /// <summary>A name as subject alternative names hold it.</summary>
    internal static Asn1Encodable GeneralNameOf(AcmeIdentifier name) => name.Type == AcmeIdentifier.Ip
        ? new DerTaggedObject(false, GeneralName.IPAddress, new DerOctetString(IPAddress.Parse(name.Value).GetAddressBytes()))
        : new DerTaggedObject(false, GeneralName.DnsName, new DerIA5String(name.Value));
}
