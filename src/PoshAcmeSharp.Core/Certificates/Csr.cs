using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Certificates;

/// <summary>A certificate signing request that was made elsewhere (PKCS#10, RFC 2986).</summary>
public sealed class Csr
{
    private const int AttributesTag = 0;
    private const byte DerSequenceTag = 0x30;
    private const byte LongDerLength = 0x80;
    private const string HowToMakeOne = "Give a PKCS#10 request in PEM or base64url, such as 'openssl req -new' writes.";
    private const string SupportedKeys = "Use an EC key on P-256, P-384 or P-521, or an RSA key of 2048 to 4096 bits in steps of 128.";

    private readonly byte[] _der;

    private Csr(byte[] der, IReadOnlyList<string> names, KeyLength keyLength, bool mustStaple, byte[] subjectPublicKeyInfo)
    {
        _der = der;
        Names = names;
        KeyLength = keyLength;
        MustStaple = mustStaple;
        SubjectPublicKeyInfo = subjectPublicKeyInfo;
    }

    /// <summary>All names, each once: the CN if it is a DNS name or an address, then the alternative names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether it is for exactly these names, in any order: a CA takes no other (RFC 8555 section 7.4).</summary>
    /// <param name="names">The names.</param>
    /// <returns>True when none is missing and none is too many.</returns>
    public bool IsFor(IEnumerable<string> names) => new HashSet<string>(Names, StringComparer.OrdinalIgnoreCase).SetEquals(names);

    /// <summary>The kind and size of the key.</summary>
    public KeyLength KeyLength { get; }

    /// <summary>Whether it asks for must-staple (RFC 7633).</summary>
    public bool MustStaple { get; }

    /// <summary>The public key in DER.</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>Reads a request from a text: PEM, or one block of base64 or base64url.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The request.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>NotACsr</c>, <c>WeakCsrSignature</c>, <c>UnsupportedCsrSignature</c>, <c>CsrSignatureInvalid</c>, <c>UnsupportedKey</c>, <c>CsrWithoutNames</c>.
    /// </exception>
    public static Csr Parse(string text)
    {
        var blocks = PemBlock.ReadAll(text);
        var block = blocks.FirstOrDefault(candidate => candidate.Label is "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST");
        if (block is null && blocks.Count > 0)
        {
            throw NotACsr($"The PEM text holds a '{blocks[0].Label}' and no certificate signing request.");
        }

        byte[] der;
        try
        {
            der = block?.Data ?? Base64Url.Decode(string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c != '\uFEFF')));
        }
        catch (FormatException e)
        {
            throw NotACsr("The text is no certificate signing request.", e);
        }

        return FromDer(der);
    }

    /// <summary>Reads the content of a file: DER, or a text as <see cref="Parse"/> takes it, in UTF-8 or what its byte order mark says.</summary>
    /// <param name="content">The bytes.</param>
    /// <returns>The request.</returns>
    /// <exception cref="PoshAcmeException">As with <see cref="Parse"/>.</exception>
    public static Csr FromFile(byte[] content)
    {
        if (content.Length > 1 && content[0] == DerSequenceTag && content[1] >= LongDerLength)
        {
            return FromDer(content);
        }

        using var reader = new StreamReader(new MemoryStream(content), System.Text.Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads a request.</summary>
    /// <param name="der">DER.</param>
    /// <returns>The request.</returns>
    /// <exception cref="PoshAcmeException">As with <see cref="Parse"/>.</exception>
    public static Csr FromDer(byte[] der)
    {
        try
        {
            return Read((byte[])der.Clone());
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            throw NotACsr("The data is no certificate signing request, or a damaged one.", e);
        }
    }

    /// <summary>The request in DER, as it came.</summary>
    /// <returns>A copy.</returns>
    public byte[] ToDer() => (byte[])_der.Clone();

    /// <summary>The request in base64url, as finalize wants it (RFC 8555 section 7.4).</summary>
    /// <returns>One line without padding.</returns>
    public string ToBase64Url() => Base64Url.Encode(_der);

    /// <summary>The request in PEM, ASCII with LF.</summary>
    /// <returns>One block with a final newline.</returns>
    public string ToPem() => PemBlock.Write("CERTIFICATE REQUEST", _der);

    private static Csr Read(byte[] der)
    {
        var request = Asn1Sequence.GetInstance(Der.Read(der));
        var info = Asn1Sequence.GetInstance(request[0]);
        var signatureOid = DerObjectIdentifier.GetInstance(Asn1Sequence.GetInstance(request[1])[0]).Id;
        var subjectPublicKeyInfo = Der.Member(Der.Member(der, 0), 2);
        var key = PublicKey.Read(subjectPublicKeyInfo);
        if (!KeyLength.TryParse(key.Length, out var keyLength))
        {
            throw new PoshAcmeException("UnsupportedKey", ErrorKind.InvalidData, $"The key of the certificate signing request is of a kind or size that is not allowed: {key.Length}.", SupportedKeys);
        }

        CheckSignature(key, signatureOid, Der.Member(der, 0), DerBitString.GetInstance(request[2]).GetBytes());
        var extensions = RequestedExtensions(info);
        var names = AllNames(X509Name.GetInstance(info[1]), extensions);
        if (names.Count == 0)
        {
            throw new PoshAcmeException(
                "CsrWithoutNames",
                ErrorKind.InvalidData,
                "The certificate signing request names neither a DNS name nor an IP address.",
                "Make one with subject alternative names: openssl req -new -addext subjectAltName=DNS:example.com");
        }

        return new(der, names, keyLength, SubjectNames.MustStaple(extensions), subjectPublicKeyInfo);
    }

    private static void CheckSignature(PublicKey key, string signatureOid, byte[] signed, byte[] signature)
    {
        var algorithm = SignatureAlgorithm.Find(signatureOid) ?? throw new PoshAcmeException(
            "UnsupportedCsrSignature",
            ErrorKind.InvalidData,
            $"The certificate signing request is signed with an algorithm that is not supported ({signatureOid}).",
            "Sign it with SHA-256: openssl req -new -sha256");
        if (!algorithm.IsStrong)
        {
            throw new PoshAcmeException(
                "WeakCsrSignature",
                ErrorKind.InvalidData,
                $"The certificate signing request is signed with {algorithm.Hash.Name}, which certificate authorities refuse.",
                "Sign it with SHA-256: openssl req -new -sha256");
        }

        if (key.Verify(algorithm, signed, signature) == false)
        {
            throw new PoshAcmeException(
                "CsrSignatureInvalid", ErrorKind.Security, "The signature of the certificate signing request is wrong.", "Make the request anew with its private key.");
        }
    }

    private static X509Extensions? RequestedExtensions(Asn1Sequence info)
    {
        if (info.Count <= 3)
        {
            return null;
        }

        var tagged = (Asn1TaggedObject)info[3];
        if (tagged.TagNo == AttributesTag)
        {
            foreach (Asn1Encodable member in Asn1Set.GetInstance(tagged, false))
            {
                var attribute = Asn1Sequence.GetInstance(member);
                if (Oids.ExtensionRequest.Equals(attribute[0].ToAsn1Object()))
                {
                    return X509Extensions.GetInstance(Asn1Set.GetInstance(attribute[1])[0]);
                }
            }
        }

        return null;
    }

    private static IReadOnlyList<string> AllNames(X509Name subject, X509Extensions? extensions)
    {
        var names = new List<string>();
        if (SubjectNames.CommonName(subject) is { } commonName)
        {
            try
            {
                names.Add(AcmeIdentifier.Parse(commonName).Value);
            }
            catch (PoshAcmeException)
            {
                // A CN may be any text; only one that could be validated is a name to validate.
            }
        }

        names.AddRange(SubjectNames.Alternative(extensions).Select(name => AcmeIdentifier.Parse(name).Value));
        return [.. names.Distinct()];
    }

    private static PoshAcmeException NotACsr(string message, Exception? cause = null)
        => new("NotACsr", ErrorKind.InvalidData, message, HowToMakeOne, cause);
}
