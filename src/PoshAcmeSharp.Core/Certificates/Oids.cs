using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>The object identifiers that are written or looked for.</summary>
internal static class Oids
{
    public static readonly DerObjectIdentifier RsaEncryption = new("1.2.840.113549.1.1.1");
    public static readonly DerObjectIdentifier EcPublicKey = new("1.2.840.10045.2.1");
}
