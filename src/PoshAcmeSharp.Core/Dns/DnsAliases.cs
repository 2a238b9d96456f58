namespace PoshAcmeSharp.Dns;

/// <summary>Follows CNAMEs.</summary>
public static class DnsAliases
{
    private const int MaxAliases = 10;

    /// <summary>Finds the name at the end of the CNAMEs of a name: where a record has to be published.</summary>
    /// <param name="resolver">Who asks.</param>
    /// <param name="name">The name.</param>
    /// <param name="server">Whom to ask; null asks the name servers of the machine.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The last name, or the name itself when it has no CNAME.</returns>
    /// <exception cref="PoshAcmeException"><c>DnsAliasLoop</c>: the CNAMEs do not end; and what a query throws.</exception>
    public static async Task<string> FollowAsync(this IDnsResolver resolver, string name, NameServerEndpoint? server, CancellationToken cancellationToken)
    {
        var start = DnsName.Normalize(name);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var current = start; seen.Add(current) && !IsTooLong(seen);)
        {
            var response = await resolver.QueryAsync(new(current, DnsRecordType.CName), server, cancellationToken).ConfigureAwait(false);
            if (response.FindAlias(current) is not { } target)
            {
                return current;
            }

            current = target;
        }

        throw new PoshAcmeException("DnsAliasLoop", ErrorKind.InvalidData, DescribeLoop(start, seen), "Correct the CNAME records.");
    }

    /// <summary>The target of the CNAME that a name has in an answer, or null.</summary>
    internal static string? FindAlias(this DnsResponse response, string name)
        => response.Answers.FirstOrDefault(record => record.Type == DnsRecordType.CName && string.Equals(record.Name, name, StringComparison.Ordinal))?.Data;

    /// <summary>The name without its first label; empty for the last label.</summary>
    internal static string Parent(string name)
    {
        var dot = name.IndexOf('.');
        return dot < 0 ? string.Empty : name.Substring(dot + 1);
    }

    /// <summary>Whether so many names are no honest chain any more.</summary>
    internal static bool IsTooLong(ICollection<string> seen) => seen.Count > MaxAliases;

    /// <summary>What to say about CNAMEs that do not end.</summary>
    internal static string DescribeLoop(string name, IEnumerable<string> seen)
        => $"The CNAMEs of '{name}' do not end: {string.Join(", ", seen)}.";
}
