using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>Finds the private key in a PEM text: PKCS#1, PKCS#8 or SEC 1.</summary>
internal static class PrivateKeyReader
{
    private const string HowToMakeOne = "Give a PEM file with an RSA or EC private key, such as 'openssl genpkey' writes.";
    private const string SupportedKeys = "Use an EC key on P-256, P-384 or P-521, or an RSA key of 2048 to 4096 bits in steps of 128.";

    /// <summary>Reads the first private key of the text.</summary>
    public static PrivateKey Read(string pem)
    {
        var blocks = PemBlock.ReadAll(pem);
        var block = blocks.FirstOrDefault(candidate => candidate.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            ?? throw NoKey(blocks);
        if (block.IsEncrypted)
        {
            throw new PoshAcmeException(
                "EncryptedPrivateKey",
                ErrorKind.InvalidData,
                "The private key is encrypted with a password.",
                "Decrypt it first: openssl pkey -in encrypted.key -out plain.key");
        }

        try
        {
            return Decode(block);
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
