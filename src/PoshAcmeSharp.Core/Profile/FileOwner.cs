namespace PoshAcmeSharp.Profile;

/// <summary>A user of the system.</summary>
/// <param name="Id">What the system tells users apart by: a number, on Windows a SID.</param>
/// <param name="Name">The user's name; null when the system has none for the id.</param>
internal sealed record FileOwner(string Id, string? Name)
{
    /// <summary>As it is shown in messages.</summary>
    public override string ToString() => Name is null ? $"'{Id}'" : $"'{Name}' ({Id})";
}
