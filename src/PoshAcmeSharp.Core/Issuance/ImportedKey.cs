using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Issuance;

/// <summary>The private key that a user brings for an order.</summary>
internal static class ImportedKey
{
    /// <summary>Reads it; the order's password opens one that is encrypted. Errors name its file.</summary>
    public static PrivateKey Read(NewOrderRequest request)
    {
        try
        {
            return request.KeyPassword is { } password ? PrivateKey.FromPem(request.KeyPem!, password) : PrivateKey.FromPem(request.KeyPem!);
        }
        catch (PoshAcmeException e) when (request.KeyFile is { } file)
        {
            throw new PoshAcmeException(
                e.ErrorId,
                e.Kind,
                $"The file '{file}' cannot be used. {e.Message}",
                e.ErrorId == "EncryptedPrivateKey"
                    ? $"Give its password with -KeyPassSecure: the order then keeps the key encrypted. Or decrypt it first: openssl pkey -in \"{file}\" -out plain.key"
                    : e.RecommendedAction,
                e);
        }
    }
}
