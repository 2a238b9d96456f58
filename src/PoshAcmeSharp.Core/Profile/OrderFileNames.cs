using System.Globalization;

namespace PoshAcmeSharp.Profile;

/// <summary>The files in the folder of an order.</summary>
public static class OrderFileNames
{
    /// <summary>The private key in PEM: PKCS#8 for RSA, SEC1 for EC; encrypted PKCS#8 where that was asked for.</summary>
    public const string Key = "cert.key";

    /// <summary>The certificate in PEM, alone.</summary>
    public const string Certificate = "cert.cer";

    /// <summary>The chain that was selected in PEM, without the certificate.</summary>
    public const string Chain = "chain.cer";

    /// <summary>The certificate and the selected chain in PEM.</summary>
    public const string FullChain = "fullchain.cer";

    /// <summary>Key and certificate as PKCS#12.</summary>
    public const string Pfx = "cert.pfx";

    /// <summary>Key, certificate and chain as PKCS#12.</summary>
    public const string PfxFullChain = "fullchain.pfx";

    /// <summary>The certificate request in PEM.</summary>
    public const string Request = "request.csr";

    /// <summary>The key of an issuance that is under way, in PEM. Ours; Posh-ACME does not know it.</summary>
    public const string PendingKey = "pending.key";

    /// <summary>The password of the encrypted private keys, itself encrypted. Ours; Posh-ACME does not know it.</summary>
    public const string KeyPassword = "keypass.json";

    /// <summary>One of the chains that the server offers, in PEM, without the certificate.</summary>
    /// <param name="index">From 0.</param>
    public static string OfferedChain(int index) => string.Format(CultureInfo.InvariantCulture, "chain{0}.cer", index);
}
