using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>Finds the private key in a PEM text: PKCS#1, PKCS#8 (encrypted or not) or SEC 1.</summary>
internal static class PrivateKeyReader
{
    internal const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    private const string HowToMakeOne = "Give a PEM file with an RSA or EC private key, such as 'openssl genpkey' writes.";
    private const string SupportedKeys = "Use an EC key on P-256, P-384 or P-521, or an RSA key of 2048 to 4096 bits in steps of 128.";

    /// <summary>The first block that is a private key, or null.</summary>
    public static PemBlock? Find(IEnumerable<PemBlock> blocks)
        => blocks.FirstOrDefault(candidate => candidate.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal));

    /// <summary>Reads the first private key of the text.</summary>
    public static PrivateKey Read(string pem, string? password)
    {
        var blocks = PemBlock.ReadAll(pem);
        var block = Find(blocks) ?? throw NoKey(blocks);
        if (block.IsEncrypted && password is null)
        {
            throw new PoshAcmeException(
                "EncryptedPrivateKey",
                ErrorKind.InvalidData,
                "The private key is encrypted with a password.",
                "Decrypt it first: openssl pkey -in encrypted.key -out plain.key");
        }

        try
        {
            return block.IsEncrypted ? Decrypt(block, password!) : Decode(block);
        }
        catch (UnsupportedCurveException e)
        {
            throw new PoshAcmeException(
                "UnsupportedKey",
                ErrorKind.InvalidData,
                "The private key lies on a curve that is not P-256, P-384 or P-521, or gives its curve by parameters instead of by name.",
                SupportedKeys,
                e);
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            throw new PoshAcmeException("InvalidPrivateKey", ErrorKind.InvalidData, "The private key is damaged.", HowToMakeOne, e);
        }
    }

    /// <summary>EncryptedPrivateKeyInfo (RFC 5958 section 3).</summary>
    private static PrivateKey Decrypt(PemBlock block, string password)
    {
        if (block.Label != EncryptedLabel)
        {
            throw UnsupportedEncryption("OpenSSL's own encryption of old");
        }

        var info = Asn1Sequence.GetInstance(Der.Read(block.Data));
        byte[]? plain = null;
        try
        {
            plain = Pbes2.Decrypt(Asn1Sequence.GetInstance(info[0]), Asn1OctetString.GetInstance(info[1]).GetOctets(), password) ?? throw WrongPassword();
            return DecodeDecrypted(plain);
        }
        catch (NotSupportedException e)
        {
            throw UnsupportedEncryption("algorithm " + e.Message, e);
        }
        finally
        {
            Array.Clear(plain ?? [], 0, plain?.Length ?? 0);
        }
    }

    /// <summary>A wrong password may give padding that looks right; what is inside then is no key.</summary>
    private static PrivateKey DecodeDecrypted(byte[] plain)
    {
        Asn1Sequence info;
        try
        {
            info = Asn1Sequence.GetInstance(Der.Read(plain));
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            throw WrongPassword(e);
        }

        return DecodePkcs8(info);
    }

    private static PoshAcmeException WrongPassword(Exception? cause = null) => new(
        "WrongKeyPassword",
        ErrorKind.InvalidArgument,
        "The password is not the one that the private key is encrypted with.",
        "Give the password that the key was encrypted with.",
        cause);

    private static PoshAcmeException UnsupportedEncryption(string way, Exception? cause = null) => new(
        "UnsupportedKeyEncryption",
        ErrorKind.InvalidData,
        $"The private key is encrypted in a way that is not supported ({way}).",
        "Encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.key -out new.key",
        cause);

    private static PrivateKey Decode(PemBlock block)
    {
        var data = Der.Read(block.Data);
        return block.Label switch
        {
            "RSA PRIVATE KEY" => PrivateKey.FromRsaParameters(KeyEncoding.ReadPkcs1(data)),
            "EC PRIVATE KEY" => PrivateKey.FromEcKey(KeyEncoding.ReadSec1(data, outerCurve: null)),
            "PRIVATE KEY" => DecodePkcs8(Asn1Sequence.GetInstance(data)),
            _ => throw new PoshAcmeException(
                "UnsupportedKey", ErrorKind.InvalidData, $"The PEM text holds a '{Shorten(block.Label)}'.", SupportedKeys),
        };
    }

    private static PrivateKey DecodePkcs8(Asn1Sequence info)
    {
        var algorithm = Asn1Sequence.GetInstance(info[1]);
        var oid = DerObjectIdentifier.GetInstance(algorithm[0]);
        var inner = Der.Read(Asn1OctetString.GetInstance(info[2]).GetOctets());
        if (oid.Equals(Oids.RsaEncryption))
        {
            return PrivateKey.FromRsaParameters(KeyEncoding.ReadPkcs1(inner));
        }

        if (oid.Equals(Oids.EcPublicKey))
        {
            var curve = KeyEncoding.ReadCurve(algorithm.Count > 1 ? algorithm[1] : null);
            return PrivateKey.FromEcKey(KeyEncoding.ReadSec1(inner, curve));
        }

        throw new PoshAcmeException(
            "UnsupportedKey", ErrorKind.InvalidData, $"The private key is neither RSA nor EC (algorithm {oid.Id}).", SupportedKeys);
    }

    private static PoshAcmeException NoKey(IReadOnlyList<PemBlock> blocks)
    {
        var message = blocks.Count == 0
            ? "The text is not PEM: there is no private key in it."
            : $"The PEM text holds a '{Shorten(blocks[0].Label)}' and no private key.";
        return new("NotAPrivateKey", ErrorKind.InvalidData, message, HowToMakeOne);
    }

    private static string Shorten(string label) => label.Length <= 40 ? label : label.Substring(0, 40);
}
