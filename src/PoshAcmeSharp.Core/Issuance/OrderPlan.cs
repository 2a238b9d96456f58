using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>What a new order comes to once its names and key have been read.</summary>
internal sealed class OrderPlan
{
    private OrderPlan(string name, IReadOnlyList<AcmeIdentifier> identifiers, KeyLength keyLength, NewOrderRequest request)
    {
        Name = name;
        Identifiers = identifiers;
        KeyLength = keyLength;
        Request = request;
    }

    public string Name { get; }

    public IReadOnlyList<AcmeIdentifier> Identifiers { get; }

    public KeyLength KeyLength { get; }

    public string MainDomain => Identifiers[0].Value;

    public IReadOnlyList<string> AlternativeNames => [.. Identifiers.Skip(1).Select(i => i.Value)];

    public IReadOnlyList<string> Names => [.. Identifiers.Select(i => i.Value)];

    public string IdentifiersJson
        => new JArray(Identifiers.Select(i => new JObject { ["type"] = i.Type, ["value"] = i.Value })).ToString(Formatting.None);

    private NewOrderRequest Request { get; }

    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>, <c>InvalidName</c>, <c>InvalidSubject</c>, <c>NoNames</c>, or the key cannot be used.</exception>
    public static OrderPlan Make(NewOrderRequest request)
    {
        var identifiers = (request.Csr?.Names ?? request.Domain).Select(AcmeIdentifier.Parse).Distinct().ToList();
        if (identifiers.Count == 0)
        {
            throw new PoshAcmeException("NoNames", ErrorKind.InvalidArgument, "The order names no domain.", "Give at least one name.");
        }

        if (request.Name is not null)
        {
            ProfileName.Check(request.Name);
        }

        CsrBuilder.CheckSubject(request.Subject);
        return new OrderPlan(
            request.Name ?? ProfileName.FromMainDomain(identifiers[0].Value),
            identifiers,
            request.Csr?.KeyLength ?? KeyLengthOf(request),
            request);
    }

    /// <summary>Whether an existing order is for something else, so that nothing of worth is lost when it is replaced.</summary>
    public bool DiffersFrom(StoredOrder old)
    {
        return !new HashSet<string>(old.Names, StringComparer.OrdinalIgnoreCase).SetEquals(Identifiers.Select(i => i.Value))
            || !string.Equals(old.KeyLength, KeyLength.ToString(), StringComparison.OrdinalIgnoreCase)
            || (Request.LifetimeDays is > 0 and { } days && days != old.LifetimeDays)
            || (Request.Profile is { Length: > 0 } profile && !string.Equals(profile, old.Profile, StringComparison.Ordinal))
            || !string.Equals(old.CSRBase64Url ?? string.Empty, Request.Csr?.ToBase64Url() ?? string.Empty, StringComparison.Ordinal);
    }

    /// <summary>The place of a name in the order; names that are not in it come last.</summary>
    public int IndexOf(string name)
    {
        var index = Identifiers.ToList().FindIndex(i => string.Equals(i.Value, name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? int.MaxValue : index;
    }

    private static KeyLength KeyLengthOf(NewOrderRequest request)
    {
        if (request.KeyPem is null)
        {
            return request.KeyLength;
        }

        using var key = ImportedKey.Read(request);
        return key.KeyLength;
    }
}
