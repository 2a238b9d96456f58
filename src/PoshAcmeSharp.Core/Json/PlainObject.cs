using System.Collections;

namespace PoshAcmeSharp.Json;

/// <summary>
/// A JSON object as plain values, in the order of the text: string, long, double, bool, null, <c>string[]</c> for arrays
/// of strings, <c>object?[]</c> for other arrays, and this type for nested objects. Dates stay the strings they were.
/// </summary>
public sealed class PlainObject : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _members;

    /// <summary>Makes an object.</summary>
    /// <param name="members">Its members, in their order.</param>
    public PlainObject(IEnumerable<KeyValuePair<string, object?>> members) => _members = members.ToArray();

    /// <inheritdoc/>
    public int Count => _members.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => _members[index];

    /// <summary>The value of a member; null when there is no such member. Upper and lower case are alike.</summary>
    /// <param name="name">The member's name.</param>
    public object? this[string name]
        => _members.FirstOrDefault(m => string.Equals(m.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_members).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
